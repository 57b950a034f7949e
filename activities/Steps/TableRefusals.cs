using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Lakehouse;
using Lakehouse.Datasets;
using Lakehouse.Delta;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Models;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Steps;

/// <summary>What keeps runs of a pipeline from publishing into its tables as they are: somebody else makes them, or the pipeline has changed in a way that does not fit the rows that are there, or would lose some. Reads only.</summary>
public sealed class TableRefusals
{
    /// <summary>Ids of tables that each pipeline has been found to fit: its own runs change nothing of that, and to look at all partitions for each of them would take the longer the more there are.</summary>
    private static readonly ConditionalWeakTable<PipelineSpec, ConcurrentDictionary<string, bool>> Fitting = [];

    private readonly PipelineSpec _spec;
    private readonly LakeRoot _lake;
    private readonly IReadOnlyList<Found> _tables;

    private TableRefusals(PipelineSpec spec, LakeRoot lake, IReadOnlyList<Found> tables)
    {
        _spec = spec;
        _lake = lake;
        _tables = tables;
    }

    /// <summary>Looks at the tables that a pipeline makes.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="pipelines">Where other pipelines are found.</param>
    /// <param name="lake">The lake.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<TableRefusals> ReadAsync(PipelineSpec spec, PipelineFolder pipelines, LakeRoot lake, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(lake);
        var (fitting, tables) = (Fitting.GetValue(spec, _ => new(StringComparer.Ordinal)), new List<Found>());
        foreach (var dataset in spec.Datasets)
        {
            if (await lake.Tables.Table(dataset.Name).HeadAsync(cancellationToken) is not { } head)
            {
                continue;
            }

            var refusal = OtherMakers.Refusal(spec, dataset, head, pipelines)
                ?? (fitting.ContainsKey(head.Metadata.Id) ? null : OtherPartitioning.Refusal(spec, dataset, head) ?? OtherMerge.Refusal(spec, dataset, head) ?? OtherColumns(lake, dataset, head, DatasetColumns.Of(spec)));
            if (refusal is null)
            {
                fitting.TryAdd(head.Metadata.Id, true);
            }

            var olderNames = OtherMakers.OlderNames(spec, dataset, head, pipelines);
            if (refusal is not null || olderNames.Count > 0)
            {
                tables.Add(new Found(dataset, head, refusal, olderNames));
            }
        }

        return new TableRefusals(spec, lake, tables);
    }

    /// <summary>Why a partition's run would be refused, by the first dataset in graph order; null when it would not.</summary>
    /// <param name="state">The partition.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Refusal?> OfAsync(PartitionState state, CancellationToken cancellationToken)
    {
        foreach (var table in _tables)
        {
            if ((table.Refusal ?? await OtherMakers.OlderNameAsync(_spec, table.Dataset, table.Head, table.OlderNames, _lake, state, cancellationToken)) is { } refusal)
            {
                return new Refusal(table.Dataset.Name, refusal.ErrorType!, refusal.Message);
            }
        }

        return KeptInputs.Forgotten(_spec, state);
    }

    /// <summary>Which of some partitions' runs would be refused, and why: partitions that are refused for the same reason together, in the order of the partitions. Null when none would.</summary>
    /// <param name="states">The partitions.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<RefusedRuns>?> OfAllAsync(IEnumerable<PartitionState> states, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(states);
        var refused = new List<(Refusal Why, string Partition)>();
        foreach (var state in states)
        {
            if (await OfAsync(state, cancellationToken) is { } why)
            {
                refused.Add((why, state.Partition.Value));
            }
        }

        return refused.Count == 0 ? null : [.. refused.GroupBy(r => r.Why, r => r.Partition).Select(g => new RefusedRuns(g.Key.Dataset, g.Key.Type, g.Key.Reason, g.Count(), g.First(), g.Last()))];
    }

    /// <summary>Models make what their contracts say, so what the rows of a run will look like is known before there are any.</summary>
    private static ApplicationFailureException? OtherColumns(LakeRoot lake, Dataset dataset, DeltaSnapshot head, IReadOnlyDictionary<string, IReadOnlyList<TableColumn>> columns)
    {
        try
        {
            RowColumns.RefuseMisfit(lake.Tables.Table(dataset.Name), head, columns[dataset.Name], dataset.PartitionColumn);
            return null;
        }
        catch (LakehouseException e)
        {
            return new ApplicationFailureException(e.Message, e.Code, nonRetryable: true);
        }
    }

    private sealed record Found(Dataset Dataset, DeltaSnapshot Head, ApplicationFailureException? Refusal, IReadOnlyList<string> OlderNames);
}
