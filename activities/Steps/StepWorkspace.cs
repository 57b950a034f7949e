using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Steps;

/// <summary>What one attempt of a step works in: an engine with the pipeline's limits, and a staging folder that no other attempt shares.</summary>
internal sealed class StepWorkspace : IDisposable
{
    private readonly LocalObjectStore _store;
    private readonly string _spill;

    private StepWorkspace(LocalObjectStore store, string folder, string spill, DuckDbConnection connection)
    {
        _store = store;
        Folder = folder;
        _spill = spill;
        Connection = connection;
    }

    /// <summary>The engine.</summary>
    public DuckDbConnection Connection { get; }

    /// <summary>The attempt's folder in the lake, ending in <c>/</c>.</summary>
    public string Folder { get; }

    /// <summary>Absolute path of the attempt's folder.</summary>
    public string LocalFolder => _store.LocalPath(Folder.TrimEnd('/'));

    public static StepWorkspace Open(PipelineSpec spec, LakeRoot lake, DuckDbPool engines, RunPlan plan, string dataset)
    {
        var folder = $"{LakeRoot.StagingOf(plan.RunId)}{dataset}/{Guid.NewGuid():N}/";
        var spill = lake.Store.LocalPath($"{folder}spill");
        Directory.CreateDirectory(lake.Store.LocalPath(folder.TrimEnd('/')));
        var connection = engines.Open(new DuckDbOptions
        {
            MemoryLimitBytes = spec.Limits.MemoryBytes,
            Threads = spec.Limits.Threads,
            TempDirectory = spill,
            MaxTempDirectoryBytes = spec.Limits.SpillBytes,
        });
        return new StepWorkspace(lake.Store, folder, spill, connection);
    }

    /// <summary>Path in the lake of a file of this attempt; its folder exists afterwards.</summary>
    public string PathOf(string name)
    {
        var path = Folder + name;
        Directory.CreateDirectory(Path.GetDirectoryName(_store.LocalPath(path))!);
        return path;
    }

    /// <summary>Writes one file for each partition that has rows, without the partition column: its value stands in the log.</summary>
    /// <param name="relation">Name of a table or view, unquoted.</param>
    /// <param name="column">Its partition column.</param>
    /// <param name="partitions">Values of that column; rows with others are not written.</param>
    /// <param name="order">ORDER BY list that makes the bytes depend on the rows alone.</param>
    /// <param name="cancellationToken">Interrupts the engine.</param>
    public IReadOnlyList<StagedFile> WriteByPartition(string relation, string column, IReadOnlyList<string> partitions, string order, CancellationToken cancellationToken)
    {
        var files = new List<StagedFile>();
        var quoted = SqlIdentifier.Quote(column);
        foreach (var partition in partitions)
        {
            var path = PathOf($"{relation}/{column}={partition}/part.parquet");
            var file = Connection.CopyToParquet(
                $"SELECT * EXCLUDE ({quoted}) FROM {SqlIdentifier.Quote(relation)} WHERE {quoted}::VARCHAR = {SqlIdentifier.Literal(partition)} ORDER BY {order}",
                _store.LocalPath(path),
                null,
                cancellationToken);
            if (file.Rows > 0)
            {
                files.Add(new StagedFile(path, partition, file.Rows, file.Bytes, FileStatistics.Json(file)));
            }
        }

        return files;
    }

    /// <summary>Writes a manifest of this attempt; returns its path.</summary>
    public async Task<string> WriteAsync(StagedManifest manifest, CancellationToken cancellationToken)
    {
        var path = PathOf("manifest.json");
        await manifest.WriteAsync(_store, path, cancellationToken);
        return path;
    }

    /// <summary>Columns of a table or view.</summary>
    public IReadOnlyList<TableColumn> ColumnsOf(string relation, CancellationToken cancellationToken) =>
        [.. Connection.Describe(SqlIdentifier.Quote(relation), cancellationToken).Select(c => new TableColumn(c.Name, c.Type))];

    public void Dispose()
    {
        Connection.Dispose();
        if (Directory.Exists(_spill))
        {
            Directory.Delete(_spill, recursive: true);
        }
    }
}
