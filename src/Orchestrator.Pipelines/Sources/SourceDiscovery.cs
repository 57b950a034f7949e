namespace Orchestrator.Pipelines.Sources;

/// <summary>What lies in a source's folder at one moment.</summary>
public sealed record SourceDiscovery
{
    /// <summary>Partitions that have files, in order of time.</summary>
    public required IReadOnlyList<DiscoveredPartition> Partitions { get; init; }

    /// <summary>Files that belong to no partition, by path; never silently skipped.</summary>
    public required IReadOnlyList<IgnoredFile> Ignored { get; init; }
}
