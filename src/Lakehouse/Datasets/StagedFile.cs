namespace Lakehouse.Datasets;

/// <summary>One staged Parquet file.</summary>
/// <param name="Path">Path in the lake.</param>
/// <param name="Partition">Partition value of its rows.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Stats">Statistics as a Delta <c>add</c> carries them.</param>
public sealed record StagedFile(string Path, string Partition, long Rows, long Bytes, string Stats);
