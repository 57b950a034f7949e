namespace Orchestrator.Catalog;

/// <summary>One partition of one dataset.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Dataset">Name of the dataset, <c>layer.table</c>.</param>
/// <param name="Partition">Name of the partition.</param>
public readonly record struct PartitionId(string Pipeline, string Dataset, string Partition)
{
    /// <summary><c>pipeline/dataset/partition</c>, as in commits.</summary>
    public override string ToString() => $"{Pipeline}/{Dataset}/{Partition}";
}
