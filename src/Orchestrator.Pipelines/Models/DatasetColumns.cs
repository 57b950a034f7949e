using System.Runtime.CompilerServices;
using Lakehouse.Datasets;
using Lakehouse.Privacy;
using Lakehouse.Tables;

namespace Orchestrator.Pipelines.Models;

/// <summary>The columns that runs of a pipeline give the rows of its datasets, with the engine's names of their types. Models make what their contracts say, which the loader has made sure of.</summary>
public static class DatasetColumns
{
    private static readonly ConditionalWeakTable<PipelineSpec, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>>> Known = [];

    /// <summary>The columns of each dataset by its name.</summary>
    /// <param name="spec">The pipeline.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> Of(PipelineSpec spec) => Known.GetValue(spec, Read);

    private static IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> Read(PipelineSpec spec)
    {
        using var engine = new ModelEngine();
        return spec.Datasets.ToDictionary(d => d.Name, d => (IReadOnlyList<TableColumn>)[.. engine.Named(Columns(d)).Select(c => new TableColumn(c.Name, c.Type))]);
    }

    /// <summary>What comes from files is kept as it came; of what models make, columns that the contract leaves out are not there.</summary>
    private static IEnumerable<TableColumn> Columns(Dataset dataset) => dataset.Kind is DatasetKind.Source
        ? RowColumns.OfFiles(dataset.Schema, dataset.PartitionColumn)
        : dataset.Schema.Columns.Where(c => c.Privacy is not { Handling: ColumnHandling.Drop }).Select(c => new TableColumn(c.ColumnName, ColumnTypes.Of(c)));
}
