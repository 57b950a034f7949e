using System.Globalization;
using Lakehouse;
using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Lakehouse.Privacy;
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
internal sealed class TransformStep(PipelineSpec spec, LakeRoot lake, DuckDbPool engines, IReadOnlyDictionary<string, ICustomCheck> checks)
{
    public async Task<StagedData> RunAsync(TransformRequest request, CancellationToken cancellationToken)
    {
        var dataset = spec.Dataset(request.Dataset.Name);
        var model = dataset.Model ?? throw new InvalidOperationException($"Dataset '{dataset.Name}' has no model.");
        var partition = spec.Partitioning.Calendar.Parse(request.Plan.Request.Partition);
        var targets = await TargetsAsync(dataset, partition, cancellationToken);
        using var workspace = StepWorkspace.Open(spec, lake, engines, request.Plan, dataset.Name);

        var reads = new List<PinnedTable>();
        foreach (var (upstream, lookback) in dataset.Reads.OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            var own = request.Upstream.FirstOrDefault(u => u.Dataset == upstream);
            var (stored, pinned) = await PinAsync(spec.Dataset(upstream), partition, targets[^1], lookback, own, cancellationToken);
            var relation = await stored.FetchAsync(workspace.Files, cancellationToken);
            relation.Register(workspace.Connection);
            reads.Add(pinned);
        }

        Make(workspace.Connection, dataset, model, partition, targets, cancellationToken);
        var handled = PrivacyPlan.Of(dataset.Schema).Handle(workspace.Connection, "made", lake.Keys, cancellationToken);
        var made = new MadeRows(handled, [.. targets.Select(t => PartitionValues.Of(spec, dataset, t))])
        {
            RowsRead = dataset.Rows == RowPolicy.Conserve ? RowsRead(workspace.Connection, dataset, partition, request.Upstream) : null,
            Reads = reads,
        };
        FailPoint.Hit("transform.made");
        var staged = await new StagedAudit(dataset, workspace, lake, checks).RunAsync(made, request.Plan, cancellationToken);
        FailPoint.Hit("transform.staged");
        return staged;
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

    private void Make(
        DuckDbConnection connection, Dataset dataset, ModelText model, PartitionKey partition, IReadOnlyList<PartitionKey> targets, CancellationToken cancellationToken)
    {
        var query = SqlParser.Parse(model.Sql);

        // The loader has asked this already; what runs here is asked again, whoever loaded it.
        DuckDbSandbox.Admit(query, name => dataset.Reads.Keys.Contains(name, StringComparer.OrdinalIgnoreCase));
        var values = ModelParameters.For(spec.Partitioning, partition, targets[^1]);
        try
        {
            connection.Execute(
                $"CREATE TABLE made AS\n{model.Sql}",
                query.Parameters.ToDictionary(p => p, p => (object?)values[p], StringComparer.Ordinal),
                cancellationToken);
        }
        catch (DuckDbException e) when (e.ErrorType is not DuckDbErrorType.IO)
        {
            throw new LakehouseException(
                "model.failed",
                $"'{model.Path}' failed for partition '{partition}': {WithoutRows(e)} Help: try the model on a fixture with 'orchestrator test {spec.Folder}'.",
                inner: e);
        }

        RefuseForeignRows(connection, dataset, partition, targets);
        if (targets.Count > 1)
        {
            // Rows of a later day that is not published yet are that day's own business.
            connection.Execute($"DELETE FROM made WHERE {SqlIdentifier.Quote(dataset.PartitionColumn)}::VARCHAR NOT IN ({string.Join(", ", targets.Select(t => SqlIdentifier.Literal(PartitionValues.Of(spec, dataset, t))))})", cancellationToken);
        }
    }

    /// <summary>A row outside the partitions asked for would be lost without a word.</summary>
    private void RefuseForeignRows(DuckDbConnection connection, Dataset dataset, PartitionKey partition, IReadOnlyList<PartitionKey> targets)
    {
        var column = SqlIdentifier.Quote(dataset.PartitionColumn);
        var row = connection.Query(
            $"SELECT count(*), min({column}::VARCHAR), max({column}::VARCHAR) FROM made WHERE {column} IS NULL OR {column}::VARCHAR NOT BETWEEN $first AND $last",
            new Dictionary<string, object?> { ["first"] = PartitionValues.Of(spec, dataset, partition), ["last"] = PartitionValues.Of(spec, dataset, targets[^1]) }).Rows[0];
        if (Convert.ToInt64(row[0], CultureInfo.InvariantCulture) is > 0 and var count)
        {
            throw new LakehouseException(
                "model.partition",
                $"'{dataset.Model!.Path}' made {count} rows whose '{dataset.PartitionColumn}' lies outside '{partition}' to '{targets[^1]}': seen {row[1] ?? "NULL"} to {row[2] ?? "NULL"}. "
                + "Help: filter the model's input by $partition_start and $partition_end.");
        }
    }

    /// <summary>The partition itself and the published ones after it whose window it lies in: those are made again.</summary>
    private async Task<IReadOnlyList<PartitionKey>> TargetsAsync(Dataset dataset, PartitionKey partition, CancellationToken cancellationToken)
    {
        var lookback = dataset.Reads.Values.DefaultIfEmpty(0).Max();
        if (lookback == 0 || await lake.Tables.Table(dataset.Name).HeadAsync(cancellationToken) is not { } head)
        {
            return [partition];
        }

        var published = head.Partitions().ToHashSet(StringComparer.Ordinal);
        return
        [
            partition,
            .. spec.Partitioning.From(partition, lookback).Skip(1).Where(p => published.Contains(PartitionValues.Of(spec, dataset, p))),
        ];
    }

    private async Task<(PinnedRelation Relation, PinnedTable Pinned)> PinAsync(
        Dataset upstream, PartitionKey partition, PartitionKey last, int lookback, StagedData? staged, CancellationToken cancellationToken)
    {
        var table = lake.Tables.Table(upstream.Name);
        var head = await table.HeadAsync(cancellationToken);
        var calendar = spec.Partitioning.Calendar;
        var first = calendar.TryAdd(partition, -lookback, out var earlier) ? earlier : partition;
        var (from, to) = (PartitionValues.Of(spec, upstream, first), PartitionValues.Of(spec, upstream, last));
        var own = staged is null ? [] : staged.Partitions.ToHashSet(StringComparer.Ordinal);
        var pinned = head is null
            ? null
            : PinnedRelation.Of(upstream.Name, head, table.Path, p => p is not null && Between(p, from, to) && !own.Contains(p));
        var manifest = staged is null ? null : await StagedManifest.ReadAsync(lake.Store, staged.ManifestPath, cancellationToken);
        var columns = manifest?.Columns ?? pinned?.Columns ?? throw new ApplicationFailureException(
            $"'{upstream.Name}' is neither published nor made by this run.", "input.dataset", nonRetryable: true);
        var relation = new PinnedRelation
        {
            Dataset = upstream.Name,
            Columns = columns,
            PartitionColumn = upstream.PartitionColumn,
            Files =
            [
                .. pinned?.Files ?? [],
                .. manifest?.Relation().Files ?? [],
            ],
        };
        return (relation, new PinnedTable(upstream.Name, head?.Version ?? -1, from, to));
    }

    private static bool Between(string value, string from, string to) =>
        string.CompareOrdinal(value, from) >= 0 && string.CompareOrdinal(value, to) <= 0;

    /// <summary>A conversion error quotes the value it failed on, and values do not belong into logs and histories.</summary>
    private static string WithoutRows(DuckDbException e) => e.ErrorType == DuckDbErrorType.Conversion
        ? "a value could not be converted to the type the model casts it to; use TRY_CAST where input may be bad."
        : e.Message;
}
