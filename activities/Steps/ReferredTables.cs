using Lakehouse.Datasets;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Graph;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// Gives an attempt the tables that its contract refers to, so that rows which refer to nothing are found: as they are published, with what the run has staged of them. A table that
/// nobody has made yet is not given, and the check is reported as not run.
/// </summary>
internal sealed class ReferredTables(PipelineSpec spec, LakeRoot lake)
{
    private readonly UpstreamTables _tables = new(spec, lake);

    /// <summary>Finds and pins them.</summary>
    /// <returns>For each name that the contract uses its table; null for the dataset itself.</returns>
    public async Task<IReadOnlyList<(string Name, UpstreamTable? Table)>> PinAsync(Dataset dataset, PartitionKey partition, IReadOnlyList<StagedData> staged, CancellationToken cancellationToken)
    {
        var found = new List<(string, UpstreamTable?)>();
        foreach (var (name, own) in ContractReferences.Of(dataset.Layer, dataset.Schema, [.. spec.Datasets.Select(d => (d.Name, d.Layer, d.Schema))]))
        {
            if (own == dataset.Name)
            {
                found.Add((name, null));
            }
            else if (own is not null)
            {
                if (await _tables.PinAllAsync(spec.Dataset(own), staged.FirstOrDefault(s => s.Dataset == own), cancellationToken) is { } table)
                {
                    found.Add((name, table));
                }
            }
            else if (spec.Inputs.Values.FirstOrDefault(i => ContractReferences.Means(name, i.Name, i.Schema)) is { } input && await lake.VersionAsync(input.Dataset, cancellationToken) is not null)
            {
                found.Add((name, await _tables.PinAsync(input with { Partitions = Orchestrator.Pipelines.Inputs.PartitionSelection.All }, partition, partition, cancellationToken)));
            }
        }

        return found;
    }

    /// <summary>Gives them to the attempt.</summary>
    public async Task GiveAsync(DatasetAttempt attempt, Dataset dataset, IReadOnlyList<string> partitions, IReadOnlyList<(string Name, UpstreamTable? Table)> tables, CancellationToken cancellationToken)
    {
        foreach (var (name, table) in tables)
        {
            if (table is null)
            {
                await attempt.ReferToOwnAsync(name, await OthersAsync(dataset, partitions, cancellationToken), cancellationToken);
            }
            else if (table.Unmerged is { } staged)
            {
                // Keys that come, and those that are there: a merge by key takes none away.
                await attempt.ReferAsync(name, table.Relation with { Files = [.. table.Relation.Files, .. staged.Relation().Files] }, cancellationToken);
            }
            else
            {
                await attempt.ReferAsync(name, table.Relation, cancellationToken);
            }
        }
    }

    private async Task<PinnedRelation?> OthersAsync(Dataset dataset, IReadOnlyList<string> partitions, CancellationToken cancellationToken)
    {
        var table = lake.Tables.Table(dataset.Name);
        return await table.HeadAsync(cancellationToken) is { } head
            ? PinnedRelation.Of(dataset.Name, head, table.Path, p => dataset.RowMerge.IsByKey || p is null || !partitions.Contains(p))
            : null;
    }
}
