using Lakehouse;
using Lakehouse.Datasets;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Activities.Windows;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// Runs a SQL model and audits its rows, in an instance that can reach only the tables it names: pinned versions of what others have published, and in place of the run's own
/// partition what this run has staged.
/// </summary>
internal sealed class TransformStep(PipelineSpec spec, LakeRoot lake, Attempts attempts)
{
    public async Task<StagedData> RunAsync(TransformRequest request, CancellationToken cancellationToken)
    {
        var dataset = spec.Dataset(request.Dataset.Name);
        var model = dataset.Model ?? throw new InvalidOperationException($"Dataset '{dataset.Name}' has no model.");
        var partition = spec.Partitioning.Calendar.Parse(request.Plan.Request.Partition);
        var head = LateStates.Concern(dataset) ? await lake.Tables.Table(dataset.Name).HeadAsync(cancellationToken) : null;
        var targets = head is not null && await LateStatesAsync(dataset, partition, head, request, cancellationToken) is { } again
            ? again
            : await TargetsAsync(dataset, partition, request.Plan.Request, cancellationToken);
        StagedData? staged = null;
        while (staged is null)
        {
            (staged, targets) = await MakeAsync(dataset, model, partition, targets, head, request, cancellationToken);
        }

        return staged;
    }

    /// <summary>Makes the rows of some partitions, in order, and audits them; gives more partitions instead when the rows show that those have to be made with them.</summary>
    private async Task<(StagedData? Staged, IReadOnlyList<PartitionKey> Targets)> MakeAsync(
        Dataset dataset, ModelText model, PartitionKey partition, IReadOnlyList<PartitionKey> targets, DeltaSnapshot? head, TransformRequest request, CancellationToken cancellationToken)
    {
        Step.Enter("read");
        var lastGood = await new HeldInputs(spec, lake).CheckAsync(dataset, partition, cancellationToken);
        var inputs = await InputsAsync(dataset, targets[0], targets[^1], request.Upstream, cancellationToken);
        var referred = new ReferredTables(spec, lake);
        var references = await referred.PinAsync(dataset, partition, request.Upstream, cancellationToken);
        string[] partitions = [.. targets.Select(t => PartitionValues.Of(spec, dataset, t))];
        using var attempt = attempts.Open(request.Plan, dataset, partitions, inputs.Sum(i => i.Bytes) + references.Sum(r => r.Table?.Bytes ?? 0));
        await referred.GiveAsync(attempt, dataset, partitions, references, cancellationToken);
        long? read = null;
        foreach (var target in targets)
        {
            await ReadAsync(attempt, dataset, inputs, target, targets[0], cancellationToken);
            if (dataset.Rows == RowPolicy.Conserve)
            {
                read = (read ?? 0) + await RowsReadAsync(attempt.Connection, dataset, target, request.Upstream, cancellationToken);
            }

            Step.Enter("transform");
            Make(attempt, dataset, model, target, cancellationToken);
        }

        FailPoint.Hit("transform.made");
        var reach = LateStates.Concern(dataset) ? ReachOf(attempt, dataset, targets, cancellationToken) : null;
        if (head is not null && reach is { Count: > 0 } && await AlsoAsync(attempt, dataset, targets, reach.Values.Min(r => r.First), head, cancellationToken) is { Count: > 0 } more)
        {
            return (null, [.. targets.Concat(more).Order()]);
        }

        Step.Enter(PipelineActivities.Audit);
        var staged = await attempt.StageAsync(cancellationToken);
        FailPoint.Hit("transform.staged");
        var result = attempts.Result(request.Plan, dataset, staged, partitions, read, [.. inputs.Concat(references.Select(r => r.Table).OfType<UpstreamTable>()).Select(i => i.Pinned).Distinct()]) with
        {
            LastGood = lastGood.Count > 0 ? lastGood : null,
            Others = LateStates.Concern(dataset) ? LateStates.Others(spec, dataset, partition, head) : null,
            Reach = reach,
        };
        return (WrongDay.CheckEvents(spec, dataset, partition, attempt, result, cancellationToken), targets);
    }

    /// <summary>Gives an attempt what a partition reads. Several are made one after the other, each by a statement over its own window: a model need not know that there are others.</summary>
    private async Task ReadAsync(DatasetAttempt attempt, Dataset dataset, IReadOnlyList<UpstreamTable> inputs, PartitionKey target, PartitionKey first, CancellationToken cancellationToken)
    {
        var tables = new UpstreamTables(spec, lake);
        foreach (var input in inputs)
        {
            var own = tables.For(input, dataset, target);
            if (target == first || !ReferenceEquals(own, input))
            {
                await own.ReadAsync(attempt, cancellationToken);
            }
        }
    }

    private async Task<IReadOnlyList<UpstreamTable>> InputsAsync(
        Dataset dataset, PartitionKey partition, PartitionKey last, IReadOnlyList<StagedData> staged, CancellationToken cancellationToken)
    {
        var tables = new UpstreamTables(spec, lake);
        var inputs = new List<UpstreamTable>();
        foreach (var (upstream, lookback) in dataset.Reads.OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            inputs.Add(await tables.PinAsync(spec.Dataset(upstream), partition, last, lookback, staged.FirstOrDefault(u => u.Dataset == upstream), cancellationToken));
        }

        foreach (var input in dataset.Inputs.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            inputs.Add(await tables.PinAsync(spec.Inputs[input], partition, last, cancellationToken));
        }

        RefuseTooMuch(dataset, partition, inputs.Where(i => spec.Inputs.ContainsKey(i.Name)).Sum(i => i.Bytes));
        return inputs;
    }

    /// <summary>What other pipelines made is input like source files, which the plan has counted already.</summary>
    private void RefuseTooMuch(Dataset dataset, PartitionKey partition, long bytes)
    {
        if (bytes > spec.Limits.InputBytes)
        {
            throw new ApplicationFailureException(
                $"'{dataset.Name}' of pipeline '{spec.Name}', partition '{partition}', reads {bytes} bytes of other pipelines' tables: expected at most {spec.Limits.InputBytes} (limits.input_bytes). Help: read fewer partitions, or raise the limit if that is right.",
                ErrorTypes.InputLimit,
                nonRetryable: true);
        }
    }

    /// <summary>A dataset that keeps every row reads one partition of one dataset: its rows are what must be accounted for.</summary>
    private async Task<long> RowsReadAsync(DuckDbConnection connection, Dataset dataset, PartitionKey partition, IReadOnlyList<StagedData> staged, CancellationToken cancellationToken)
    {
        if (dataset.Reads.Count == 0)
        {
            var input = spec.Inputs[dataset.Inputs.Distinct(StringComparer.Ordinal).Single()];
            var head = (await lake.Tables.Table(input.Dataset).HeadAsync(cancellationToken))!;
            var own = new UpstreamTables(spec, lake).OwnPartitionsOf(input, partition, head);
            return own is { Count: 0 } ? 0 : Count(connection, input.Name, head.Metadata.PartitionColumns[0], own, cancellationToken);
        }

        var upstream = spec.Dataset(dataset.Reads.Keys.Single());
        var value = PartitionValues.Of(spec, upstream, partition);
        return staged.FirstOrDefault(s => s.Dataset == upstream.Name) is { Partitions: [var only] } made && only == value && upstream.Merge == MergeStrategy.Replace
            ? made.Counts.Published
            : Count(connection, upstream.Name, upstream.PartitionColumn, [value], cancellationToken);
    }

    private static long Count(DuckDbConnection connection, string relation, string column, IReadOnlyList<string>? partitions, CancellationToken cancellationToken) => connection.Scalar<long>(
        $"SELECT count(*) FROM {SqlIdentifier.QuoteQualified(relation)}{(partitions is null ? "" : $" WHERE {SqlIdentifier.Quote(column)} IN ({string.Join(", ", partitions.Select(SqlIdentifier.Literal))})")}",
        null,
        cancellationToken);

    private void Make(DatasetAttempt attempt, Dataset dataset, ModelText model, PartitionKey partition, CancellationToken cancellationToken)
    {
        var query = SqlParser.Parse(model.Sql);

        // The loader has asked this already; what runs here is asked again, whoever loaded it.
        DuckDbSandbox.Admit(query, name => dataset.Reads.Keys.Concat(dataset.Inputs).Contains(name, StringComparer.OrdinalIgnoreCase));
        var values = ModelParameters.For(spec.Partitioning, partition);
        try
        {
            attempt.Transform(model.Sql, query.Parameters.ToDictionary(p => p, p => (object?)values[p], StringComparer.Ordinal), cancellationToken);
        }
        catch (DuckDbException e) when (e.ErrorType is not DuckDbErrorType.IO)
        {
            throw new LakehouseException(
                "model.failed",
                $"'{model.Path}' failed for partition '{partition}': {WithoutRows(e)} Help: try the model on a fixture with 'orchestrator test {spec.Folder}'.",
                inner: e);
        }
    }

    /// <summary>The partition and all later ones, when its states stand against what the table says and the later ones' must be told again; null when they need not.</summary>
    private async Task<IReadOnlyList<PartitionKey>?> LateStatesAsync(
        Dataset dataset, PartitionKey partition, DeltaSnapshot head, TransformRequest request, CancellationToken cancellationToken)
    {
        var later = LateStates.Later(spec, dataset, partition, head);
        if (later.Count == 0)
        {
            return null;
        }

        Step.Enter("compare");
        var inputs = await InputsAsync(dataset, partition, partition, request.Upstream, cancellationToken);
        using var attempt = attempts.Open(request.Plan, dataset, [PartitionValues.Of(spec, dataset, partition)], inputs.Sum(i => i.Bytes) + head.Files.Values.Sum(f => f.Size));
        await ReadAsync(attempt, dataset, inputs, partition, partition, cancellationToken);
        Make(attempt, dataset, dataset.Model!, partition, cancellationToken);
        return await attempt.ContradictionAsync(Stored(dataset, head), cancellationToken) is not null ? [partition, .. later] : null;
    }

    /// <summary>Partitions that have told states which lie behind one that was just made and that stands against what the table says; empty when none need be told again.</summary>
    private async Task<IReadOnlyList<PartitionKey>> AlsoAsync(
        DatasetAttempt attempt, Dataset dataset, IReadOnlyList<PartitionKey> targets, long first, DeltaSnapshot head, CancellationToken cancellationToken)
    {
        PartitionKey[] behind = [.. LateStates.Reaching(spec, dataset, first, head).Except(targets)];
        return behind.Length > 0 && await attempt.ContradictionAsync(Stored(dataset, head), cancellationToken) is { } rank ? [.. LateStates.Reaching(spec, dataset, rank, head).Except(targets)] : [];
    }

    private Dictionary<string, StateReach> ReachOf(DatasetAttempt attempt, Dataset dataset, IReadOnlyList<PartitionKey> targets, CancellationToken cancellationToken)
    {
        var reach = new Dictionary<string, StateReach>(StringComparer.Ordinal);
        foreach (var target in targets)
        {
            if (attempt.Reach(PartitionValues.Of(spec, dataset, target), cancellationToken) is { } ends)
            {
                reach[target.Value] = new StateReach(ends.First, ends.Last);
            }
        }

        return reach;
    }

    private PinnedRelation Stored(Dataset dataset, DeltaSnapshot head) => PinnedRelation.Of(dataset.Name, head, lake.Tables.Table(dataset.Name).Path, [.. head.Files.Values]);

    /// <summary>The partition itself and the published ones after it that depend on it, through whatever lies between: those are made again.</summary>
    private async Task<IReadOnlyList<PartitionKey>> TargetsAsync(Dataset dataset, PartitionKey partition, RunRequest request, CancellationToken cancellationToken)
    {
        var reach = spec.Graph.ReachOf(dataset.Name);
        if (reach == 0 || await lake.Tables.Table(dataset.Name).HeadAsync(cancellationToken) is not { } head)
        {
            return [partition];
        }

        var later = LaterPartitions.Restated(spec, request, reach).ToDictionary(p => PartitionValues.Of(spec, dataset, p), StringComparer.Ordinal);
        var published = head.PartitionsAmong(later.Keys.ToHashSet(StringComparer.Ordinal)).ToHashSet(StringComparer.Ordinal);
        return [partition, .. later.Where(p => published.Contains(p.Key)).Select(p => p.Value)];
    }

    /// <summary>A conversion error quotes the value it failed on, and values do not belong into logs and histories.</summary>
    private static string WithoutRows(DuckDbException e) => e.ErrorType == DuckDbErrorType.Conversion
        ? "a value could not be converted to the type the model casts it to; use TRY_CAST where input may be bad."
        : e.Message;
}
