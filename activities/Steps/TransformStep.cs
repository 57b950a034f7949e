using Lakehouse;
using Lakehouse.Datasets;
using Lakehouse.DuckDb;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;
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
        var (targets, between) = await TargetsAsync(dataset, partition, request.Plan.Request, cancellationToken);
        var inputs = new List<Input>();
        foreach (var (upstream, lookback) in dataset.Reads.OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            inputs.Add(await PinAsync(spec.Dataset(upstream), partition, targets[^1], lookback, request.Upstream.FirstOrDefault(u => u.Dataset == upstream), cancellationToken));
        }

        string[] partitions = [.. targets.Select(t => PartitionValues.Of(spec, dataset, t))];
        using var attempt = attempts.Open(request.Plan, dataset, partitions, inputs.Sum(i => i.Bytes));
        foreach (var input in inputs)
        {
            await attempt.ReadAsync(input.Relation, cancellationToken);
        }

        Make(attempt, dataset, model, partition, targets[^1], cancellationToken);
        if (between.Count > 0)
        {
            // Rows of a later day that is not published yet are that day's own business.
            attempt.Leave(dataset.PartitionColumn, [.. between.Select(t => PartitionValues.Of(spec, dataset, t))], cancellationToken);
        }

        var read = dataset.Rows == RowPolicy.Conserve ? RowsRead(attempt.Connection, dataset, partition, request.Upstream) : (long?)null;
        FailPoint.Hit("transform.made");
        var staged = await attempt.StageAsync(cancellationToken);
        FailPoint.Hit("transform.staged");
        return Attempts.Result(request.Plan, dataset, staged, partitions, read, [.. inputs.Select(i => i.Pinned)]);
    }

    /// <summary>A dataset that keeps every row reads one partition of one dataset: its rows are what must be accounted for.</summary>
    private long RowsRead(DuckDbConnection connection, Dataset dataset, PartitionKey partition, IReadOnlyList<StagedData> staged)
    {
        var upstream = spec.Dataset(dataset.Reads.Keys.Single());
        var value = PartitionValues.Of(spec, upstream, partition);
        return staged.FirstOrDefault(s => s.Dataset == upstream.Name) is { Partitions: [var only] } own && only == value
            ? own.Counts.Published
            : connection.Scalar<long>(
                $"SELECT count(*) FROM {SqlIdentifier.QuoteQualified(upstream.Name)} WHERE {SqlIdentifier.Quote(upstream.PartitionColumn)}::VARCHAR = $partition",
                new Dictionary<string, object?> { ["partition"] = value });
    }

    private void Make(DatasetAttempt attempt, Dataset dataset, ModelText model, PartitionKey partition, PartitionKey last, CancellationToken cancellationToken)
    {
        var query = SqlParser.Parse(model.Sql);

        // The loader has asked this already; what runs here is asked again, whoever loaded it.
        DuckDbSandbox.Admit(query, name => dataset.Reads.Keys.Contains(name, StringComparer.OrdinalIgnoreCase));
        var values = ModelParameters.For(spec.Partitioning, partition, last);
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

    /// <summary>
    /// The partition itself and the published ones after it whose window it lies in: those are made again. Between them are those that are not published.
    /// </summary>
    private async Task<(IReadOnlyList<PartitionKey> Targets, IReadOnlyList<PartitionKey> Between)> TargetsAsync(
        Dataset dataset, PartitionKey partition, RunRequest request, CancellationToken cancellationToken)
    {
        var lookback = dataset.Reads.Values.DefaultIfEmpty(0).Max();
        if (lookback == 0 || await lake.Tables.Table(dataset.Name).HeadAsync(cancellationToken) is not { } head)
        {
            return ([partition], []);
        }

        var published = head.Partitions().ToHashSet(StringComparer.Ordinal);
        var later = spec.Partitioning.From(partition, lookback).Skip(1).ToLookup(p => published.Contains(PartitionValues.Of(spec, dataset, p)) && request.Restates(p.Value));
        var last = later[true].DefaultIfEmpty(partition).Max()!;
        return ([partition, .. later[true]], [.. later[false].Where(p => p.CompareTo(last) < 0)]);
    }

    private async Task<Input> PinAsync(
        Dataset upstream, PartitionKey partition, PartitionKey last, int lookback, StagedData? staged, CancellationToken cancellationToken)
    {
        var table = lake.Tables.Table(upstream.Name);
        var head = await table.HeadAsync(cancellationToken);
        var calendar = spec.Partitioning.Calendar;
        var first = calendar.TryAdd(partition, -lookback, out var earlier) ? earlier : partition;
        var reads = new PinnedTable(upstream.Name, head?.Version ?? -1, PartitionValues.Of(spec, upstream, first), PartitionValues.Of(spec, upstream, last));
        var own = staged is null ? [] : staged.Partitions.ToHashSet(StringComparer.Ordinal);
        var stored = head?.Files.Values.Where(f => head.PartitionOf(f) is { } p && reads.Holds(p) && !own.Contains(p)).ToArray() ?? [];
        var pinned = head is null ? null : PinnedRelation.Of(upstream.Name, head, table.Path, stored);
        var manifest = staged is null ? null : await StagedManifest.ReadAsync(lake.Store, staged.ManifestPath, cancellationToken);
        var relation = new PinnedRelation
        {
            Dataset = upstream.Name,
            Columns = manifest?.Columns ?? pinned?.Columns ?? throw new ApplicationFailureException(
                $"'{upstream.Name}' is neither published nor made by this run.", "input.dataset", nonRetryable: true),
            PartitionColumn = upstream.PartitionColumn,
            Files = [.. pinned?.Files ?? [], .. manifest?.Relation().Files ?? []],
        };
        return new Input(relation, reads, stored.Sum(f => f.Size) + (manifest?.Files.Sum(f => f.Bytes) ?? 0));
    }

    /// <summary>A conversion error quotes the value it failed on, and values do not belong into logs and histories.</summary>
    private static string WithoutRows(DuckDbException e) => e.ErrorType == DuckDbErrorType.Conversion
        ? "a value could not be converted to the type the model casts it to; use TRY_CAST where input may be bad."
        : e.Message;

    private sealed record Input(PinnedRelation Relation, PinnedTable Pinned, long Bytes);
}
