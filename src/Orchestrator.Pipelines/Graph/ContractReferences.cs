using Lakehouse.Contracts;
using Lakehouse.Quality;

namespace Orchestrator.Pipelines.Graph;

/// <summary>Which datasets a contract means by the names in its relationships.</summary>
public static class ContractReferences
{
    /// <summary>The datasets to which a contract refers, itself included when it does.</summary>
    /// <param name="from">The layer of the contract's dataset.</param>
    /// <param name="schema">The contract's table.</param>
    /// <param name="datasets">The pipeline's datasets.</param>
    /// <returns>For each name that the contract uses the dataset; null where the pipeline has none of that name.</returns>
    public static IReadOnlyList<(string Name, string? Dataset)> Of(DatasetLayer from, ContractTable schema, IReadOnlyList<(string Name, DatasetLayer Layer, ContractTable Schema)> datasets)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return [.. ContractPlan.References(schema).Select(name => (name, Nearest(name)))];

        // Of the same layer if there is one, else of the nearest.
        string? Nearest(string name) => datasets.Where(d => Means(name, d.Name, d.Schema))
            .OrderBy(d => Math.Abs(d.Layer - from)).ThenBy(d => d.Name, StringComparer.Ordinal).Select(d => d.Name).FirstOrDefault();
    }

    /// <summary>Whether a contract's name for a table stands for a dataset: by the table's names, the dataset's name, or that without its layer.</summary>
    public static bool Means(string name, string dataset, ContractTable schema)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(schema);
        return name == schema.Name || name == schema.PhysicalName || name == dataset || dataset.EndsWith("." + name, StringComparison.Ordinal);
    }
}
