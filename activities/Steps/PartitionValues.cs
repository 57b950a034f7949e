using System.Globalization;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Steps;

/// <summary>A partition as the value of a dataset's partition column, in the text form that a Delta log and the engine's casts agree on.</summary>
internal static class PartitionValues
{
    /// <summary>The value: a day or time in the pipeline's zone where the column's type is one, the key itself otherwise.</summary>
    public static string Of(PipelineSpec spec, Dataset dataset, PartitionKey partition)
    {
        var type = dataset.Schema.Columns.First(c => c.ColumnName == dataset.PartitionColumn).PhysicalType ?? "";
        if (spec.Partitioning.Unit == PartitionUnit.List)
        {
            return partition.Value;
        }

        return type.ToUpperInvariant() switch
        {
            "DATE" => spec.Partitioning.Calendar.LocalStart(partition).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "TIMESTAMPTZ" or "TIMESTAMP WITH TIME ZONE" => partition.Start.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            _ => partition.Value,
        };
    }
}
