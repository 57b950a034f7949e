using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;

namespace Lakehouse;

/// <summary>A store of Delta tables: dataset <c>gold.country_daily</c> lies in <c>gold/country_daily</c>.</summary>
public sealed partial class Lake
{
    private readonly CheckpointReader _checkpoints;
    private readonly CheckpointWriter _checkpointWriter;
    private readonly FileCache? _cache;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, DeltaTable> _tables = new(StringComparer.Ordinal);

    /// <summary>Opens the lake of a folder, creating it when it is not there, or of a bucket.</summary>
    /// <param name="location">Where it is; see <see cref="LakeLocation"/>.</param>
    /// <param name="time">Clock for the tables' logs; null for the system's.</param>
    /// <exception cref="LakehouseException"><c>lake.location</c>, <c>store.credentials</c>: it cannot be opened as written.</exception>
    public Lake(string location, TimeProvider? time = null)
        : this(LakeLocation.Open(location), time)
    {
    }

    /// <summary>Opens the lake of a store.</summary>
    /// <param name="store">The lake's bytes.</param>
    /// <param name="cache">Where copies for the engine lie; not needed for a store that is a folder of this machine.</param>
    /// <param name="time">Clock for the tables' logs; null for the system's.</param>
    public Lake(IObjectStore store, FileCache? cache = null, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        Store = store;
        _cache = cache;
        _checkpoints = new CheckpointReader(store, cache);
        _checkpointWriter = new CheckpointWriter(store);
    }

    /// <summary>What names of tables of quarantined rows begin with.</summary>
    public const string Quarantines = "_quarantine.";

    private Lake((IObjectStore Store, FileCache? Cache) opened, TimeProvider? time)
        : this(opened.Store, opened.Cache, time)
    {
    }

    /// <summary>The lake's bytes.</summary>
    public IObjectStore Store { get; }

    /// <summary>The lake's objects as files, for one piece of work of the engine.</summary>
    public EngineFiles OpenFiles() => EngineFiles.Over(Store, _cache);

    /// <summary>Folder of a dataset's table.</summary>
    public static string PathOf(string dataset) => dataset.Replace('.', '/');

    /// <summary>Name of the table that keeps a dataset's quarantined rows.</summary>
    public static string QuarantineOf(string dataset) => Quarantines + dataset.Replace('.', '_');

    /// <summary>A dataset's table; it need not exist.</summary>
    public DeltaTable Table(string dataset) => _tables.GetOrAdd(dataset, d => new DeltaTable(Store, PathOf(d), _time, checkpoints: _checkpoints, checkpointWriter: _checkpointWriter));

    /// <summary>Newest version of a dataset's table; null when there is none.</summary>
    public async Task<long?> VersionAsync(string dataset, CancellationToken cancellationToken = default) =>
        (await Table(dataset).HeadAsync(cancellationToken).ConfigureAwait(false))?.Version;

    /// <summary>
    /// Runs one SELECT over published tables, current or <c>AT (VERSION => n)</c>, in an instance that can reach nothing else.
    /// </summary>
    /// <exception cref="LakehouseException"><c>sql.syntax</c>, <c>query.table</c>, <c>query.function</c>: the text is not one such SELECT.</exception>
    public async Task<DuckDbResult> QueryAsync(string sql, CancellationToken cancellationToken = default)
    {
        var model = SqlParser.Parse(sql);
        DuckDbSandbox.Admit(model);
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        using var local = OpenFiles();
        var files = new List<string>();
        var views = new Dictionary<SqlTableReference, string>();
        foreach (var reference in model.Tables)
        {
            var pinned = await PinAsync(reference, cancellationToken).ConfigureAwait(false);
            var relation = await pinned.FetchAsync(local, cancellationToken).ConfigureAwait(false);
            var view = reference.Version is { } version ? $"{reference.Name}@{version}" : reference.Name;
            if (!views.ContainsValue(view))
            {
                relation.Register(connection, view);
                files.AddRange(relation.Files.Select(f => f.Path));
            }

            views[reference] = view;
        }

        DuckDbSandbox.Lock(connection, files, []);
        return connection.Query(SqlVersions.Replace(model, views), null, cancellationToken);
    }

    /// <summary>Names of the datasets that have a table, in ordinal order; quarantines are tables of the layer <c>_quarantine</c>.</summary>
    public async Task<IReadOnlyList<string>> DatasetsAsync(CancellationToken cancellationToken = default)
    {
        var datasets = new List<string>();
        foreach (var layer in await Store.ListFoldersAsync("", cancellationToken).ConfigureAwait(false))
        {
            foreach (var table in await Store.ListFoldersAsync(layer + "/", cancellationToken).ConfigureAwait(false))
            {
                var log = Store.EnumerateAsync($"{layer}/{table}/_delta_log/", null, cancellationToken);
                if (DatasetName().IsMatch($"{layer}.{table}") && await log.AnyAsync(cancellationToken).ConfigureAwait(false))
                {
                    datasets.Add($"{layer}.{table}");
                }
            }
        }

        return [.. datasets.Order(StringComparer.Ordinal)];
    }

    private async Task<PinnedRelation> PinAsync(SqlTableReference reference, CancellationToken cancellationToken)
    {
        // Only what is a dataset's name can be a table; a text with a path in it never reaches the store.
        if (!DatasetName().IsMatch(reference.Name))
        {
            throw await NoTableAsync(reference.Name, cancellationToken).ConfigureAwait(false);
        }

        var table = Table(reference.Name);
        var snapshot = reference.Version is { } version
            ? await table.AtAsync(version, cancellationToken).ConfigureAwait(false)
            : await table.HeadAsync(cancellationToken).ConfigureAwait(false);
        return snapshot is not null
            ? PinnedRelation.Of(reference.Name, snapshot, table.Path)
            : throw await NoTableAsync(reference.Name, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LakehouseException> NoTableAsync(string name, CancellationToken cancellationToken)
    {
        var known = await DatasetsAsync(cancellationToken).ConfigureAwait(false);
        var help = Contracts.DidYouMean.Question(name, known) ?? "run a pipeline that publishes it.";
        return new LakehouseException("query.table", $"No table '{name}' in the lake '{Store}': expected one of {string.Join(", ", known)}. Help: {help}");
    }

    [GeneratedRegex("^[A-Za-z0-9_]+\\.[A-Za-z0-9_]+$")]
    private static partial Regex DatasetName();
}
