using Lakehouse.Delta;
using Lakehouse.Tables.Operations;
using Orchestrator.Pipelines.Policies;

namespace Orchestrator.Activities.Maintenance;

/// <summary>A partition that is worth compacting.</summary>
/// <param name="Partition">Value of the partition column.</param>
/// <param name="Files">Small files in it.</param>
/// <param name="Bytes">Their size.</param>
internal sealed record CompactionChoice(string Partition, int Files, long Bytes)
{
    /// <summary>The partitions with more small files than the policy allows, in order; those that a compaction would leave as they are do not count.</summary>
    /// <param name="head">The table.</param>
    /// <param name="policy">Its policy.</param>
    /// <param name="clusters">Whether the policy's columns are the table's own.</param>
    /// <param name="except">Partitions that will be gone before.</param>
    public static IReadOnlyList<CompactionChoice> Of(DeltaSnapshot head, MaintainPolicy policy, bool clusters, IReadOnlySet<string> except) =>
    [
        .. head.Files.Values
            .Where(f => head.PartitionOf(f) is { } p && !except.Contains(p) && IsSmall(f.Size, policy.TargetFileBytes))
            .GroupBy(f => (Partition: head.PartitionOf(f)!, Marks: TableOperations.Marks(f)))
            .Where(g => IsWorth([.. g.Select(f => f.Size).Order()], policy, clusters && policy.ClusterBy.Count > 0))
            .GroupBy(g => g.Key.Partition)
            .OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => new CompactionChoice(p.Key, p.Sum(g => g.Count()), p.Sum(g => g.Sum(f => f.Size)))),
    ];

    /// <summary>As the compaction sees it: one that is nearly as large as the target stays alone.</summary>
    private static bool IsSmall(long bytes, long target) => bytes < target * 3 / 4;

    /// <summary>Whether there will be fewer files: clustering makes as many as the bytes need, packing needs two that fit together.</summary>
    private static bool IsWorth(long[] small, MaintainPolicy policy, bool clusters) =>
        small.Length > Math.Max(1, policy.CompactAfterFiles)
        && (clusters ? (small.Sum() + policy.TargetFileBytes - 1) / policy.TargetFileBytes < small.Length : small[0] + small[1] <= policy.TargetFileBytes);
}
