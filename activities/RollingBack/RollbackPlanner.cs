using Lakehouse;
using Lakehouse.Delta;
using Lakehouse.Delta.Maintenance;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Activities.Recording;
using Orchestrator.Activities.Steps;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.RollingBack;

/// <summary>Finds what is to be done to take back what the last run published of a partition. Reads only; refuses what cannot be taken back whole.</summary>
/// <param name="spec">The pipeline.</param>
/// <param name="lake">The lake.</param>
public sealed class RollbackPlanner(PipelineSpec spec, LakeRoot lake)
{
    /// <summary>Makes the plan.</summary>
    /// <exception cref="ApplicationFailureException">There is nothing to take back, or it cannot be: the text says why and what to do.</exception>
    public async Task<RollbackPlan> RunAsync(RollbackRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!spec.Partitioning.Calendar.TryParse(request.Partition, out var partition))
        {
            throw Refused($"'{request.Partition}' is not a partition of pipeline '{spec.Name}': expected {spec.Partitioning.Calendar.Pattern}. Help: correct the partition.");
        }

        if (request.By.Length == 0 || request.Reason.Length == 0)
        {
            throw Refused("A rollback needs who wants it ('by') and why ('reason'). Help: give both.");
        }

        var published = await PublishedAsync(partition, cancellationToken);
        var last = published.FirstOrDefault() ?? throw Refused($"No run of partition '{partition}' of pipeline '{spec.Name}' has published anything. Help: 'orchestrator runs' lists what ran.");
        if (last.Entry.TakenBack is { } taken)
        {
            throw Refused($"What run '{taken.RunId}' published of partition '{partition}' was taken back by {taken.By} already: {taken.Reason}. Help: mend the input or the model and run the partition again.");
        }

        if (request.RunId is { } seen && seen != last.Entry.RunId)
        {
            throw Refused($"The last run that published partition '{partition}' is '{last.Entry.RunId}', expected '{seen}'. Help: look at what it published and decide again.");
        }

        var (tables, before) = (new List<RollbackTable>(), new List<RedriveCounts>());
        foreach (var result in last.Entry.Result.Datasets)
        {
            tables.Add(await TableAsync(result, result.Dataset, result.Version, partition, cancellationToken));
            var aside = Lake.QuarantineOf(result.Dataset);
            if (await VersionAsync(aside, PublishStep.AppIdOf(spec.Name, result.Dataset, partition.Value), last.Entry.RunId, cancellationToken) is { } version)
            {
                tables.Add(await TableAsync(result, aside, version, partition, cancellationToken));
            }

            if (published.Skip(1).SelectMany(r => r.Entry.Result.Datasets).FirstOrDefault(d => d.Dataset == result.Dataset) is { } earlier)
            {
                before.Add(new RedriveCounts(result.Dataset, earlier.Counts));
            }
        }

        return new RollbackPlan { Request = request, RunId = last.Entry.RunId, Tables = tables, Before = before, Readers = await ReadersAsync(request, tables, cancellationToken), Entry = last.Entry };
    }

    /// <summary>Runs of the partition that published something, newest first.</summary>
    private async Task<IReadOnlyList<RecordedRun>> PublishedAsync(PartitionKey partition, CancellationToken cancellationToken) =>
        [.. (await lake.Runs.OfPartitionAsync(spec.Name, partition.Value, cancellationToken)).Where(r => r.Entry.Result.Datasets.Count > 0).OrderByDescending(r => r.Number)];

    private async Task<RollbackTable> TableAsync(DatasetResult result, string name, long version, PartitionKey partition, CancellationToken cancellationToken)
    {
        if (spec.Datasets.All(d => d.Name != result.Dataset))
        {
            throw Refused($"The run published '{result.Dataset}', which is no dataset of pipeline '{spec.Name}' any more. Help: put it back to take the run back, or mend the input and run the partition again.");
        }

        var table = lake.Tables.Table(name);
        var head = await table.HeadAsync(cancellationToken);
        if (head is null || head.Version < version)
        {
            throw Refused($"Table '{name}' has no version {version}, which the run published: it has been removed since. Help: run the partition again.");
        }

        var column = head.Metadata.PartitionColumns[0];
        var commit = (await table.CommitsAsync(version - 1, version, cancellationToken))[0];
        var remade = await RemadeAsync(table, commit, head, cancellationToken);
        var own = PartitionValues.Of(spec, spec.Dataset(result.Dataset), partition);
        var isWhole = spec.Dataset(result.Dataset).RowMerge.IsByKey;
        if (remade.FirstOrDefault(r => r.Partition is null || r.Partition == own || isWhole) is { By: not null } later)
        {
            throw Refused(
                $"Table '{name}': {(later.Partition is null ? "rows" : $"partition '{later.Partition}'")} that version {version} made were changed by version {later.Version} ({later.By}) since, so that what was there before cannot come back alone. "
                + "Help: take that one back first, or mend the input and run the partition again.");
        }

        string[] touched = [.. commit.Touched(column).OfType<string>().Order(StringComparer.Ordinal)];
        string[] left = [.. remade.Select(r => r.Partition!).Distinct(StringComparer.Ordinal)];
        string[] partitions = [.. touched.Except(left, StringComparer.Ordinal)];
        var then = await table.AtAsync(version - 1, cancellationToken);
        return await PartitionRestore.MissingAsync(table, head, then, partitions.ToHashSet(StringComparer.Ordinal), cancellationToken) is { } gone
            ? throw Refused($"Version {version - 1} of table '{name}' needs '{gone.Path}', which maintenance has deleted: what was there before cannot come back. Help: mend the input and run the partition again.")
            : new RollbackTable(result.Dataset, name, version, partitions, left, (head.Transactions.TryGetValue(PublishStep.AppIdOf(spec.Name, result.Dataset, partition.Value), out var epoch) ? epoch.Version : 0) + 1);
    }

    /// <summary>Which partitions of a commit others have changed since, with the version and who. A change that has been taken back is none.</summary>
    internal static async Task<IReadOnlyList<(string? Partition, long Version, string? By)>> RemadeAsync(DeltaTable table, DeltaCommit commit, DeltaSnapshot head, CancellationToken cancellationToken)
    {
        var column = head.Metadata.PartitionColumns[0];
        var touched = commit.Touched(column).ToHashSet();
        var remade = new List<(string?, long, string?)>();
        foreach (var later in await table.CommitsAsync(commit.Version, head.Version, cancellationToken))
        {
            remade.AddRange(later.Touched(column).Where(p => p is null || touched.Contains(p) || touched.Contains(null)).Select(p => (p, later.Version, (string?)(later.Info?["workflowId"]?.GetValue<string>() ?? "another writer"))));
        }

        if (remade.Count == 0)
        {
            return remade;
        }

        var made = await table.AtAsync(commit.Version, cancellationToken);
        return [.. remade.Where(r => !PartitionRestore.IsSame(made, head, r.Item1))];
    }

    /// <summary>The version that a run made of what it kept aside; null when it made none.</summary>
    private async Task<long?> VersionAsync(string name, string appId, string runId, CancellationToken cancellationToken)
    {
        var table = lake.Tables.Table(name);
        if (await table.HeadAsync(cancellationToken) is not { } head || !head.Transactions.TryGetValue(appId, out var last))
        {
            return null;
        }

        // Behind the partition's last commit, where the log still tells which that is, there is none; what is taken back was published last.
        for (var version = last.CommittedAt >= 0 ? last.CommittedAt : head.Version; version > 0; version--)
        {
            if ((await table.CommitsAsync(version - 1, version, cancellationToken))[0].Info?["runId"]?.GetValue<string>() == runId)
            {
                return version;
            }
        }

        return null;
    }

    /// <summary>Every published partition of whatever pipeline whose run has read what is taken back, but the partition itself.</summary>
    private async Task<IReadOnlyList<RollbackReader>> ReadersAsync(RollbackRequest request, IReadOnlyList<RollbackTable> tables, CancellationToken cancellationToken)
    {
        var readers = new List<RollbackReader>();
        foreach (var pipeline in await lake.PipelinesAsync(cancellationToken))
        {
            foreach (var fact in (await LedgerIndex.ReadAsync(lake, pipeline, cancellationToken)).Facts.Values.OrderBy(f => f.Partition, StringComparer.Ordinal))
            {
                if ((pipeline, fact.Partition) != (request.Pipeline, request.Partition) && fact.Status == RunStatus.Published
                    && tables.FirstOrDefault(t => fact.Reads.Any(r => r.Dataset == t.Table && r.Version >= t.Version && t.Partitions.Any(r.Holds))) is { } read)
                {
                    readers.Add(new RollbackReader(pipeline, fact.Partition, fact.RunId, read.Dataset));
                }
            }
        }

        return readers;
    }

    private static ApplicationFailureException Refused(string message) => new(message, ErrorTypes.RollbackRefused, nonRetryable: true);
}
