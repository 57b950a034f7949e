using System.Globalization;
using Lakehouse.Contracts;
using Orchestrator.Pipelines.Models;

namespace Orchestrator.Pipelines.Partitions;

/// <summary>A partition as the value of a dataset's partition column, in the text form that a Delta log and the engine's casts agree on.</summary>
public static class PartitionValues
{
    /// <summary>The value for a dataset of the pipeline.</summary>
    public static string Of(PipelineSpec spec, Dataset dataset, PartitionKey partition) => Of(spec.Partitioning, dataset.Schema, dataset.PartitionColumn, partition);

    /// <summary>The value: a day or time in the pipeline's zone where the column's type is one, the key itself otherwise.</summary>
    /// <param name="partitioning">Partitioning of the pipeline that makes the table.</param>
    /// <param name="table">The table's contract.</param>
    /// <param name="column">The table's partition column.</param>
    /// <param name="partition">The partition.</param>
    public static string Of(Partitioning partitioning, ContractTable table, string column, PartitionKey partition)
    {
        var type = table.Columns.FirstOrDefault(c => c.ColumnName == column) is { } found ? ColumnTypes.Of(found) : "";
        if (!partitioning.Unit.HasTime())
        {
            return partition.Value;
        }

        return type.ToUpperInvariant() switch
        {
            "DATE" => partitioning.Calendar.LocalStart(partition).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "TIMESTAMPTZ" or "TIMESTAMP WITH TIME ZONE" => partition.Start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            _ => partition.Value,
        };
    }

    /// <summary>The partition whose rows have a value in a dataset's partition column; null when no run would write that value.</summary>
    public static PartitionKey? KeyOf(PipelineSpec spec, Dataset dataset, string value)
    {
        var calendar = spec.Partitioning.Calendar;
        PartitionKey? key = calendar.TryParse(value, out var named) ? named
            : !spec.Partitioning.Unit.HasTime() ? null
            : DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? calendar.ContainingLocal(day.ToDateTime(TimeOnly.MinValue))
            : DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? calendar.Containing(instant)
            : null;
        return key is { } found && Of(spec, dataset, found) == value ? found : null;
    }
}
