using Lakehouse;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Steps;

/// <summary>What one attempt of a step works in: an engine with the pipeline's limits, and a staging folder that no other attempt shares.</summary>
internal sealed class StepWorkspace : IDisposable
{
    private readonly IObjectStore _store;
    private readonly List<Task> _storing = [];

    private StepWorkspace(IObjectStore store, EngineFiles files, string folder, DuckDbConnection connection)
    {
        _store = store;
        Files = files;
        Folder = folder;
        Connection = connection;
    }

    /// <summary>The engine.</summary>
    public DuckDbConnection Connection { get; }

    /// <summary>The attempt's folder in the lake, ending in <c>/</c>.</summary>
    public string Folder { get; }

    /// <summary>The lake's objects as the engine can read and write them, while this attempt lasts.</summary>
    public EngineFiles Files { get; }

    /// <summary>Opens a workspace. Its engine reaches the pipeline's own tables and what is staged, nothing else.</summary>
    public static StepWorkspace Open(PipelineSpec spec, LakeRoot lake, DuckDbPool engines, RunPlan plan, string dataset)
    {
        var files = lake.Tables.OpenFiles();
        var connection = engines.Rent(new DuckDbConfinement
        {
            Limits = new DuckDbOptions
            {
                MemoryLimitBytes = spec.Limits.MemoryBytes,
                Threads = spec.Limits.Threads,
                MaxTempDirectoryBytes = spec.Limits.SpillBytes,
                StatementTimeout = spec.Limits.StepTimeout,
            },
            Folders = files.FoldersOf([LakeRoot.Staging, .. spec.Datasets.Select(d => Lake.PathOf(d.Name))]),
            SpillRoot = files.SpillRoot,
        });
        return new StepWorkspace(lake.Store, files, $"{LakeRoot.StagingOf(plan.RunId)}{dataset}/{Guid.NewGuid():N}/", connection);
    }

    /// <summary>Brings an object here; returns the absolute path of its file.</summary>
    public async Task<string> FetchAsync(string path, CancellationToken cancellationToken)
    {
        await Files.FetchAsync([path], cancellationToken);
        return Files.PathOf(path);
    }

    /// <summary>Writes a query's rows to a file of this attempt. It is stored while the engine goes on; <see cref="WriteAsync"/> waits for it.</summary>
    /// <returns>The file, and its path in the lake.</returns>
    private (ParquetFile File, string Path) Write(string query, string name, IEnumerable<TableColumn> columns, CancellationToken cancellationToken)
    {
        var path = Folder + name;
        var file = Connection.CopyToParquet(query, Files.PathOf(path), null, columns.Select(c => (c.Name, c.SqlType)), cancellationToken);
        if (file.Rows > 0)
        {
            _storing.Add(Files.StoreAsync(path, cancellationToken));
        }

        return (file, path);
    }

    /// <summary>Writes one file for each partition that has rows, without the partition column: its value stands in the log.</summary>
    /// <param name="relation">Name of a table or view, unquoted.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="column">Its partition column.</param>
    /// <param name="partitions">Values of that column; rows with others are not written.</param>
    /// <param name="order">ORDER BY list that makes the bytes depend on the rows alone.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public IReadOnlyList<StagedFile> WriteByPartition(
        string relation, IReadOnlyList<TableColumn> columns, string column, IReadOnlyList<string> partitions, string order, CancellationToken cancellationToken)
    {
        var files = new List<StagedFile>();
        var quoted = SqlIdentifier.Quote(column);
        var type = columns.First(c => c.Name == column).SqlType;
        foreach (var partition in partitions)
        {
            var (file, path) = Write(
                $"SELECT * EXCLUDE ({quoted}) FROM {SqlIdentifier.Quote(relation)} WHERE {quoted} = CAST({SqlIdentifier.Literal(partition)} AS {type}) ORDER BY {order}",
                $"{relation}/{column}={partition}/part.parquet",
                columns.Where(c => c.Name != column),
                cancellationToken);
            if (file.Rows > 0)
            {
                files.Add(new StagedFile(path, partition, file.Rows, file.Bytes, FileStatistics.Json(file)));
            }
        }

        return files;
    }

    /// <summary>Writes a manifest of this attempt once every file is stored; returns its path.</summary>
    public async Task<string> WriteAsync(StagedManifest manifest, CancellationToken cancellationToken)
    {
        await Task.WhenAll(_storing);
        var path = Folder + "manifest.json";
        await manifest.WriteAsync(_store, path, cancellationToken);
        return path;
    }

    /// <summary>Columns of a table or view.</summary>
    public IReadOnlyList<TableColumn> ColumnsOf(string relation, CancellationToken cancellationToken) =>
        [.. Connection.Describe(SqlIdentifier.Quote(relation), cancellationToken).Select(c => new TableColumn(c.Name, c.Type))];

    public void Dispose()
    {
        Connection.Dispose();
        Settle();
        Files.Dispose();
    }

    /// <summary>An attempt that failed half way must not take files away under a store that still reads them.</summary>
    private void Settle() => Task.WhenAll(_storing).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
}
