namespace Orchestrator.Cli.Runs;

/// <summary>Which of the discovered partitions a call asks for.</summary>
/// <param name="Named">Partitions named one by one; empty means all.</param>
/// <param name="From">First partition, null for the first there is.</param>
/// <param name="To">Last partition, null for the last there is.</param>
/// <param name="Force">Run also those that are up to date.</param>
internal sealed record PartitionSelection(IReadOnlyList<string> Named, string? From, string? To, bool Force);
