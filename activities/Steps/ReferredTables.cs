using Lakehouse.Datasets;
using Lakehouse.Quality;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
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
        foreach (var name in ContractPlan.References(dataset.Schema))
        {
            if (Find(dataset, name) is { } other)
            {
                if (other.Name == dataset.Name)
                {
                    found.Add((name, null));
                }
                else if (await _tables.PinAllAsync(other, staged.FirstOrDefault(s => s.Dataset == other.Name), cancellationToken) is { } table)
                {
                    found.Add((name, table));
                }
            }
            else if (spec.Inputs.Values.FirstOrDefault(i => Names(name, i.Name, i.Schema)) is { } input && await lake.VersionAsync(input.Dataset, cancellationToken) is not null)
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
            ? PinnedRelation.Of(dataset.Name, head, table.Path, p => Attempts.MergeOf(dataset).IsByKey || p is null || !partitions.Contains(p))
            : null;
    }

    /// <summary>The dataset that a contract means by a name: of the same layer if there is one, else of the nearest.</summary>
    private Dataset? Find(Dataset from, string name) => spec.Datasets.Where(d => Names(name, d.Name, d.Schema))
        .OrderBy(d => Math.Abs(d.Layer - from.Layer)).ThenBy(d => d.Name, StringComparer.Ordinal).FirstOrDefault();

    private static bool Names(string name, string dataset, Lakehouse.Contracts.ContractTable table) =>
        name == table.Name || name == table.PhysicalName || name == dataset || dataset.EndsWith("." + name, StringComparison.Ordinal);
}
