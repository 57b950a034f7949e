using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.Delta.Maintenance;
using Lakehouse.Delta.Transactions;
using Lakehouse.Delta.Transactions.Conflicts;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;

namespace Lakehouse.Tables.Operations;

/// <summary>
/// What can be done to a table's rows and rules, each as one commit: rows come from and go through the engine, the commit through a
/// <see cref="DeltaTransaction"/>. When another commit stands against an operation it is done again from the newest version. New rows are held against the
/// table's NOT NULL columns and CHECK constraints. Not for use by several threads: it works on one connection.
/// </summary>
public sealed partial class TableOperations : IAsyncDisposable
{
    private readonly DeltaTable _table;
    private readonly DuckDbConnection _connection;
    private readonly EngineFiles _files;
    private readonly TableOperationOptions _options;
    private StagingLease? _lease;
    private TableSchema? _schema;

    /// <summary>Prepares operations on a table.</summary>
    /// <param name="table">The table; it need not exist when the first operation creates it.</param>
    /// <param name="connection">The engine; sources are SELECTs that it can run. Its instance must be able to read and write the table's files.</param>
    /// <param name="files">The table's files as the engine sees them; stays the caller's.</param>
    /// <param name="options">Sizes, attempts, what to say in the log.</param>
    public TableOperations(DeltaTable table, DuckDbConnection connection, EngineFiles files, TableOperationOptions? options = null)
    {
        _table = table;
        _connection = connection;
        _files = files;
        _options = options ?? new TableOperationOptions();
    }

    /// <summary>Creates the table when it is not there; otherwise nothing.</summary>
    /// <param name="columns">Its columns.</param>
    /// <param name="partitionColumns">Those of them that partition it, in order. Default: none.</param>
    /// <param name="configuration">Table properties. Default: none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<DeltaSnapshot> CreateIfAbsentAsync(
        IEnumerable<TableColumn> columns, IReadOnlyList<string>? partitionColumns = null, IReadOnlyDictionary<string, string>? configuration = null, CancellationToken cancellationToken = default) =>
        _table.CreateIfAbsentAsync(
            new MetadataAction
            {
                Id = Guid.NewGuid().ToString(),
                SchemaString = DeltaTypes.ToDeltaSchema(columns),
                PartitionColumns = partitionColumns ?? [],
                Configuration = configuration ?? new Dictionary<string, string>(),
            },
            cancellationToken);

    /// <summary>Gives the lease on staged files back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_lease is { } lease)
        {
            _lease = null;
            await lease.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Does an operation, again when others stand against it; what a failed attempt wrote is taken back. Once its commit may be in the log, the files that it names stay whatever goes wrong, but for the
    /// one error that says that it is not there; if it is not after all, they are orphans, which a vacuum takes away.
    /// </summary>
    private async Task<OperationResult> RunAsync(Func<Scope, CancellationToken, Task<Commit?>> work, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, long> metrics = new Dictionary<string, long>();
        DataFileWriter? writer = null;
        DeltaTransaction? latest = null;
        async Task<Commit?> AttemptAsync(DeltaTransaction transaction, CancellationToken token)
        {
            latest = transaction;
            await DiscardAsync(writer).ConfigureAwait(false);
            WriterRules.RefuseUnsupported(_table.Path, transaction.Snapshot.Protocol, transaction.Snapshot.Metadata);
            _lease ??= StagingLease.Begin(_table, token);
            writer = new DataFileWriter(_connection, _table, _files, _lease, _options);
            transaction.RowsAreChecked = true;
            if (await work(new Scope(transaction, writer, Grown(transaction)), token).ConfigureAwait(false) is not { } commit)
            {
                return null;
            }

            metrics = commit.Metrics;
            await _lease.KeepAsync(token).ConfigureAwait(false);
            FailPoint.Hit("operation.before-commit");
            return commit;
        }

        try
        {
            var result = _options.Publish is { } publish
                ? await PublishAsync(publish, AttemptAsync, cancellationToken).ConfigureAwait(false)
                : await TransactAsync(AttemptAsync, cancellationToken).ConfigureAwait(false);
            if (result is { Version: null } or { AlreadyThere: true })
            {
                await DiscardAsync(writer).ConfigureAwait(false);
            }

            return result with { Metrics = metrics };
        }
        catch (Exception e) when (latest is { IsPrepared: true } ? e is DeltaConflictException : !IsOfStore(e))
        {
            await DiscardAsync(writer).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<OperationResult> TransactAsync(Func<DeltaTransaction, CancellationToken, Task<Commit?>> attempt, CancellationToken cancellationToken)
    {
        var outcome = await _table.TransactAsync(
            async (transaction, token) =>
            {
                if (_options.Application is { } application)
                {
                    transaction.Advance(application, _options.Epoch);
                    if (transaction.Snapshot.Transactions.TryGetValue(application, out var last) && last.Version >= _options.Epoch)
                    {
                        return new CommitDescription { Operation = "SKIPPED" };
                    }
                }

                return await attempt(transaction, token).ConfigureAwait(false) is { } commit
                    ? new CommitDescription { Operation = commit.Operation, Parameters = commit.Parameters, Metrics = commit.Metrics, Info = _options.Info }
                    : null;
            },
            _options.Attempts,
            cancellationToken).ConfigureAwait(false);
        return new OperationResult(outcome?.Version, outcome?.AlreadyThere ?? false, new Dictionary<string, long>());
    }

    private async Task<OperationResult> PublishAsync(CommitRequest publish, Func<DeltaTransaction, CancellationToken, Task<Commit?>> attempt, CancellationToken cancellationToken)
    {
        var result = await _table.CommitAsync(
            publish with
            {
                Work = async (transaction, token) => await attempt(transaction, token).ConfigureAwait(false) is { } commit
                    ? new CommitDescription { Operation = commit.Operation, Parameters = commit.Parameters, Metrics = commit.Metrics }
                    : new CommitDescription { Operation = publish.Operation },
            },
            cancellationToken).ConfigureAwait(false);
        return new OperationResult(result.Version, result.AlreadyThere, new Dictionary<string, long>()) { Refusal = result.Refusal };
    }

    /// <summary>The schema an operation works on: the table's, with what the rows to come add to it staged.</summary>
    private TableSchema Grown(DeltaTransaction transaction)
    {
        if (_options.Columns is { } columns && SchemaGrowth.Of(_table.Path, transaction.Snapshot, columns) is { Count: > 0 } changes)
        {
            transaction.Add(changes);
            return TableSchema.Of(changes.OfType<MetadataAction>().Single());
        }

        return SchemaOf(transaction.Snapshot);
    }

    /// <summary>Whether the store or the caller ended the work: deleting would most likely fail as well.</summary>
    private static bool IsOfStore(Exception error) => error switch
    {
        LakehouseException { Code: "delta.lease" } => false,
        LakehouseException known => known.IsTransient || known.Code.StartsWith("store.", StringComparison.Ordinal),
        _ => error is IOException or HttpRequestException or OperationCanceledException,
    };

    private static async Task DiscardAsync(DataFileWriter? writer)
    {
        if (writer is not null)
        {
            await writer.DiscardAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Files of the snapshot with where they lie here.</summary>
    private async Task<IReadOnlyList<(AddFile File, string Path)>> FetchAsync(IReadOnlyList<AddFile> files, CancellationToken cancellationToken)
    {
        await _files.FetchAsync([.. files.Select(PathOf)], cancellationToken).ConfigureAwait(false);
        return [.. files.Select(f => (f, _files.PathOf(PathOf(f))))];
    }

    /// <summary>The schema, which is read again only when another metadata came.</summary>
    private TableSchema SchemaOf(DeltaSnapshot snapshot) =>
        ReferenceEquals(_schema?.Metadata, snapshot.Metadata) ? _schema : _schema = TableSchema.Of(snapshot.Metadata);

    private string PathOf(AddFile file) => $"{_table.Path}/{file.DecodedPath}";

    private static string Condition(string? condition) => condition is null ? "true" : $"({condition}\n)";

    private static JsonObject PartitionBy(TableSchema schema, string mode) => new()
    {
        ["mode"] = mode,
        ["partitionBy"] = JsonText.List(schema.PartitionColumns.Select(c => c.Name)),
    };

    /// <summary>What an operation works with.</summary>
    private sealed record Scope(DeltaTransaction Transaction, DataFileWriter Writer, TableSchema Schema);

    /// <summary>What it says of its commit.</summary>
    private sealed record Commit(string Operation, JsonObject Parameters, Dictionary<string, long> Metrics);
}
