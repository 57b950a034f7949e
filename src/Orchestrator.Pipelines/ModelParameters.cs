using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines;

/// <summary>The named parameters that a model may use, and their values for a run.</summary>
public static class ModelParameters
{
    /// <summary>First instant of the partition, TIMESTAMPTZ.</summary>
    public const string PartitionStart = "partition_start";

    /// <summary>First instant after the partition, TIMESTAMPTZ.</summary>
    public const string PartitionEnd = "partition_end";

    /// <summary>Name of the partition, VARCHAR.</summary>
    public const string Partition = "partition";

    /// <summary>First calendar day of the partition in the pipeline's zone, DATE; for day, week and month partitions.</summary>
    public const string PartitionDate = "partition_date";

    /// <summary>The parameters that models of this unit may use: partitions without time have none, hours no day of their own.</summary>
    public static IReadOnlyList<string> Names(PartitionUnit unit) => unit switch
    {
        _ when !unit.HasTime() => [Partition],
        PartitionUnit.Hour => [Partition, PartitionStart, PartitionEnd],
        _ => [Partition, PartitionDate, PartitionStart, PartitionEnd],
    };

    /// <summary>Values of the right types and no meaning, for looking at a model without running it.</summary>
    internal static IReadOnlyDictionary<string, object> Any(Partitioning partitioning) =>
        For(partitioning, partitioning.Start ?? partitioning.Unit switch
        {
            PartitionUnit.File => partitioning.Calendar.Parse("file"),
            _ when partitioning.Unit.HasTime() => partitioning.Calendar.Containing(DateTimeOffset.UnixEpoch),
            _ => partitioning.Calendar.Parse(partitioning.Calendar.Values[0]),
        });

    /// <summary>The values for one partition. Instants are <see cref="DateTimeOffset"/> in UTC, half-open; the day is a <see cref="DateOnly"/>.</summary>
    public static IReadOnlyDictionary<string, object> For(Partitioning partitioning, PartitionKey partition)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal) { [Partition] = partition.Value };
        if (partitioning.Unit.HasTime())
        {
            values[PartitionStart] = partition.Start;
            values[PartitionEnd] = partition.End;
        }

        if (partitioning.Unit is PartitionUnit.Day or PartitionUnit.Week or PartitionUnit.Month)
        {
            values[PartitionDate] = DateOnly.FromDateTime(partitioning.Calendar.LocalStart(partition));
        }

        return values;
    }
}
