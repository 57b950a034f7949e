using System.Globalization;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Inputs;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Planning;

/// <summary>The partitions of a pipeline that has no sources of its own: those for which the tables of other pipelines that it reads hold something.</summary>
internal static class InputPartitions
{
    public static async Task<IReadOnlyList<PartitionKey>> FindAsync(PipelineSpec spec, LakeRoot lake, CancellationToken cancellationToken)
    {
        var found = new SortedSet<PartitionKey>();
        foreach (var input in spec.Inputs.Values)
        {
            if (await lake.Tables.Table(input.Dataset).HeadAsync(cancellationToken) is not { } head)
            {
                continue;
            }

            if (spec.Partitioning.Unit == PartitionUnit.Static)
            {
                found.Add(spec.Partitioning.Calendar.Parse(PartitionCalendar.StaticKey));
            }
            else if (input.Partitions == PartitionSelection.Aligned && input.Partitioning.Unit != PartitionUnit.Static)
            {
                // A lookback reads earlier partitions besides; it is no reason for a partition of its own.
                var mapping = new PartitionMapping(input.Partitioning, spec.Partitioning);
                found.UnionWith(head.Partitions().Select(v => KeyOf(input, v)).OfType<PartitionKey>().SelectMany(mapping.Downstream));
            }
        }

        return [.. found.Where(spec.Partitioning.Contains)];
    }

    /// <summary>The partition that a value of a table's partition column stands for; null when it stands for none.</summary>
    private static PartitionKey? KeyOf(PipelineInput input, string value)
    {
        var calendar = input.Partitioning.Calendar;
        if (calendar.TryParse(value, out var key))
        {
            return key;
        }

        if (!calendar.Unit.HasTime())
        {
            return null;
        }

        return DateTime.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? calendar.ContainingLocal(day)
            : DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? calendar.Containing(time)
            : null;
    }
}
