namespace Orchestrator.Pipelines.Policies;

/// <summary>How a table is kept in shape.</summary>
public sealed record MaintainPolicy
{
    /// <summary>When maintenance runs, in UTC. Default: null, only when asked for.</summary>
    public Scheduling.CronExpression? Cron { get; init; }

    /// <summary>Size of the files that compaction makes, in bytes. Default: 128 MiB.</summary>
    public long TargetFileBytes { get; init; } = 128L << 20;

    /// <summary>Files smaller than the target that a partition may have before it is compacted. Default: 8.</summary>
    public int CompactAfterFiles { get; init; } = 8;

    /// <summary>Columns by which compacted rows are clustered. Default: none.</summary>
    public IReadOnlyList<string> ClusterBy { get; init; } = [];

    /// <summary>How long files that no version needs any more stay readable for old readers. Default: 7 days.</summary>
    public TimeSpan VacuumAfter { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long partitions are kept, counted from their end. Default: null, for ever.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>After which time partitions move to the warm tier. Default: null, never.</summary>
    public TimeSpan? WarmAfter { get; init; }

    /// <summary>After which time partitions move to the cold tier. Default: null, never.</summary>
    public TimeSpan? ColdAfter { get; init; }
}
