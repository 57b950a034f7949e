using System.Globalization;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Inputs;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Planning;

/// <summary>
/// The partitions of a pipeline that has no sources of its own: those for which the tables of other pipelines that it reads partition by partition hold something. Where there are none,
/// because it reads tables as a whole or makes its rows of nothing, all that it declares: of a list every one, of time those from its start to its end, or to the last that is over.
/// </summary>
internal static class InputPartitions
{
    public static async Task<IReadOnlyList<PartitionKey>> FindAsync(PipelineSpec spec, LakeRoot lake, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (found, isFed) = (new SortedSet<PartitionKey>(), spec.Inputs.Count == 0);
        foreach (var input in spec.Inputs.Values)
        {
            if (await lake.Tables.Table(input.Dataset).HeadAsync(cancellationToken) is not { } head)
            {
                continue;
            }

            isFed = true;
            if (input.TellsPartitionsOf(spec.Partitioning.Unit))
            {
                // A lookback reads earlier partitions besides; it is no reason for a partition of its own.
                var mapping = new PartitionMapping(input.Partitioning, spec.Partitioning);
                found.UnionWith(head.Partitions().Select(v => KeyOf(input, v)).OfType<PartitionKey>().SelectMany(mapping.Downstream));
            }
        }

        if (isFed && !spec.Inputs.Values.Any(i => i.TellsPartitionsOf(spec.Partitioning.Unit)))
        {
            found.UnionWith(Declared(spec.Partitioning, now));
        }

        return [.. found.Where(spec.Partitioning.Contains)];
    }

    private static IEnumerable<PartitionKey> Declared(Partitioning partitioning, DateTimeOffset now) => partitioning switch
    {
        { Unit: var unit } when !unit.HasTime() => partitioning.Calendar.Values.Select(partitioning.Calendar.Parse),
        { Start: { } start } => partitioning.Calendar.Range(start, partitioning.End ?? partitioning.Calendar.Containing(now)),
        _ => [],
    };

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
