using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Steps;

/// <summary>Partitions behind a run's own that depend on it, through whatever lies between.</summary>
internal static class LaterPartitions
{
    /// <summary>Those that the run makes again, in order, whether they are published or not.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="request">The run.</param>
    /// <param name="reach">How many partitions behind its own depend on it.</param>
    public static IEnumerable<PartitionKey> Restated(PipelineSpec spec, RunRequest request, int reach) => Of(spec, request, reach).Where(l => !l.IsLeft).Select(l => l.Key);

    /// <summary>Those that it leaves to others.</summary>
    public static IEnumerable<PartitionKey> Left(PipelineSpec spec, RunRequest request, int reach) => Of(spec, request, reach).Where(l => l.IsLeft).Select(l => l.Key);

    private static IEnumerable<(PartitionKey Key, bool IsLeft)> Of(PipelineSpec spec, RunRequest request, int reach)
    {
        var partition = spec.Partitioning.Calendar.Parse(request.Partition);
        var next = (PartitionKey?)null;
        foreach (var name in request.MadeElsewhere ?? [])
        {
            // What lies before it makes nothing again of what lies behind it.
            if (spec.Partitioning.Calendar.TryParse(name, out var key) && spec.Partitioning.Calendar.Distance(partition, key) > 0 && (next is not { } nearest || spec.Partitioning.Calendar.Distance(key, nearest) > 0))
            {
                next = key;
            }
        }

        return spec.Partitioning.From(partition, reach).Where(p => p != partition).Select(p => (p, next is { } from && spec.Partitioning.Calendar.Distance(from, p) >= 0));
    }
}
