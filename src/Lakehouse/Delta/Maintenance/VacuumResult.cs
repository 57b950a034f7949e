namespace Lakehouse.Delta.Maintenance;

/// <summary>What a vacuum or a sweep deleted, or would delete.</summary>
/// <param name="Files">Paths under the table's folder, in order.</param>
/// <param name="Bytes">Their size together.</param>
/// <param name="Spared">Files that would have gone, but that a reader has pinned or a writer has staged.</param>
public sealed record VacuumResult(IReadOnlyList<string> Files, long Bytes, int Spared);
