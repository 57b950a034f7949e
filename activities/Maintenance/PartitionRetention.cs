using System.Globalization;
using Lakehouse.Delta;
using Orchestrator.Activities.Steps;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Maintenance;

/// <summary>Which partitions of a table have outlived its policy. A partition whose value is none of the pipeline's is never old.</summary>
internal sealed class PartitionRetention(PipelineSpec spec, Dataset dataset, TimeProvider time)
{
    /// <summary>Values of the partitions that ended longer ago than the retention.</summary>
    public IEnumerable<string> Expired(DeltaSnapshot head) => dataset.Maintain.Retention is { } keep ? Older(head, keep) : [];

    /// <summary>Values of the partitions that ended at least this long ago.</summary>
    public IEnumerable<string> Older(DeltaSnapshot head, TimeSpan age)
    {
        if (!spec.Partitioning.Unit.HasTime())
        {
            return [];
        }

        var before = time.GetUtcNow() - age;
        return head.Partitions().Where(v => PartitionValues.KeyOf(spec, dataset, v) is { } key && key.End <= before);
    }

    /// <summary>What there is to say of partitions whose age nobody knows.</summary>
    public IEnumerable<string> Unknown(DeltaSnapshot head)
    {
        var count = dataset.Maintain.Retention is null || !spec.Partitioning.Unit.HasTime() ? 0 : head.Partitions().Count(v => PartitionValues.KeyOf(spec, dataset, v) is null);
        if (count > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{count} partitions of '{dataset.Name}' are no partition of pipeline '{spec.Name}' ({spec.Partitioning.Calendar.Pattern}): 'maintain.retention' leaves them. Help: delete them by hand if nobody needs them.");
        }
    }
}
