using System.Globalization;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;
using Lakehouse.Tables.Operations;

namespace Lakehouse.Simulation.Crash;

/// <summary>The table of the crash suite with an engine of its own, as one process sees it.</summary>
public sealed class CrashTable : IDisposable
{
    /// <summary>Its version when a scenario begins.</summary>
    public const long Prepared = 5;

    private const string Dataset = "gold.t";

    /// <summary>One instance for all tables of this process: opening one takes longer than most scenarios.</summary>
    private static readonly Lazy<DuckDbDatabase> Engine = new(() => DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 }));

    private readonly Lake _lake;
    private readonly EngineFiles _files;
    private readonly DuckDbConnection _connection;
    private int _views;

    public CrashTable(IObjectStore store, FileCache? cache = null)
        : this(new Lake(store, cache))
    {
    }

    public CrashTable(Lake lake)
    {
        _lake = lake;
        _files = _lake.OpenFiles();
        _connection = Engine.Value.Connect();
    }

    public static string Folder => Lake.PathOf(Dataset);

    public DeltaTable Delta => _lake.Table(Dataset);

    public TableOperations Open(TableOperationOptions? options = null) => new(Delta, _connection, _files, options);

    /// <summary>Partitions, several files in each, one that was removed: enough for each scenario to do something.</summary>
    public async Task PrepareAsync()
    {
        await using var operations = Open();
        await operations.CreateIfAbsentAsync([new TableColumn("id", "BIGINT"), new TableColumn("k", "VARCHAR"), new TableColumn("v", "BIGINT")], ["k"]);
        for (var i = 0; i < 4; i++)
        {
            await operations.AppendAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT range + {i * 3} AS id, CASE range % 2 WHEN 0 THEN 'x' ELSE 'y' END AS k, {i} AS v FROM range(3)"));
        }

        await operations.DeleteAsync("id = 0");
    }

    /// <summary>The rows of a version, in order; the newest without one.</summary>
    public async Task<string[]> RowsAsync(long? version = null)
    {
        var snapshot = version is { } wanted ? await Delta.AtAsync(wanted) : (await Delta.HeadAsync())!;
        var relation = await PinnedRelation.Of(Dataset, snapshot, Folder).FetchAsync(_files);
        var view = string.Create(CultureInfo.InvariantCulture, $"v{Environment.CurrentManagedThreadId}_{GetHashCode()}_{++_views}");
        relation.Register(_connection, view);
        var rows = _connection.Query($"SELECT * FROM {view} ORDER BY ALL").Rows.Select(r => string.Join(' ', r)).ToArray();
        _connection.Execute($"DROP VIEW {view}");
        return rows;
    }

    public void Dispose()
    {
        _connection.Dispose();
        _files.Dispose();
    }
}
