namespace Lakehouse.Datasets;

/// <summary>Rows and rejects of landed files, staged by an attempt while it went on: what another attempt of the run can begin with.</summary>
/// <param name="Rows">Path of the file with the rows.</param>
/// <param name="RowCount">How many.</param>
/// <param name="Rejects">Path of the file with the records kept aside.</param>
/// <param name="RejectCount">How many.</param>
public sealed record LoadCheckpoint(string Rows, long RowCount, string Rejects, long RejectCount);
