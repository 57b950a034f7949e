using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Lakehouse.Lineage;
using Lakehouse.Tables;

namespace Orchestrator.Pipelines.Models;

/// <summary>Where the columns of a pipeline's datasets come from, by its models and contracts alone.</summary>
public static class ModelLineage
{
    private static readonly Dictionary<string, string> ParameterTypes = new(StringComparer.Ordinal)
    {
        [ModelParameters.Partition] = "VARCHAR",
        [ModelParameters.PartitionDate] = "DATE",
        [ModelParameters.PartitionStart] = "TIMESTAMPTZ",
        [ModelParameters.PartitionEnd] = "TIMESTAMPTZ",
    };

    // An engine is opened for each: found once for as long as the pipeline is held.
    private static readonly ConditionalWeakTable<PipelineSpec, ConcurrentDictionary<string, QueryLineage>> Known = [];

    /// <summary>The lineage of a dataset that a model makes; found once for each pipeline as it was read.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="dataset">The dataset.</param>
    /// <exception cref="InvalidOperationException">The dataset is loaded from a source, it has no model.</exception>
    public static QueryLineage Of(PipelineSpec spec, Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(dataset);
        var model = dataset.Model ?? throw new InvalidOperationException($"Dataset '{dataset.Name}' has no model.");
        return Known.GetOrCreateValue(spec).GetOrAdd(dataset.Name, _ => Find(spec, dataset, model));
    }

    private static QueryLineage Find(PipelineSpec spec, Dataset dataset, ModelText model)
    {
        var inputs = dataset.Reads.Keys.Concat(dataset.Inputs).ToDictionary(
            name => name,
            name => (IReadOnlyList<TableColumn>)[.. spec.SchemaOf(name).Columns.Select(c => new TableColumn(c.ColumnName, ColumnTypes.Of(c)))],
            StringComparer.Ordinal);
        return SqlLineage.Of(model.Sql, inputs, ParameterTypes);
    }
}
