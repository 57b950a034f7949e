using System.Globalization;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;
using Lakehouse.Tables.Operations;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Tables.Operations;

/// <summary>A table on disk with an engine beside it; what is in it is read through the lake, not through what wrote it.</summary>
internal sealed class OperationFixture : IAsyncDisposable
{
    private readonly TempDir _folder = new();
    private readonly DuckDbDatabase _database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
    private readonly EngineFiles _files;

    public OperationFixture()
    {
        Lake = new Lake(_folder.Root);
        _files = Lake.OpenFiles();
        Connection = _database.Connect();
        Operations = Open();
    }

    public Lake Lake { get; }

    public DuckDbConnection Connection { get; }

    public TableOperations Operations { get; }

    public DeltaTable Table => Lake.Table("gold.t");

    public string Folder => _folder.At("gold", "t");

    public TableOperations Open(TableOperationOptions? options = null) => new(Table, Connection, _files, options);

    /// <summary>Creates the table by a list such as <c>id BIGINT, k VARCHAR</c>.</summary>
    public Task CreateAsync(string columns, string? partition = null, Dictionary<string, string>? properties = null) =>
        Operations.CreateIfAbsentAsync(
            Connection.Describe($"SELECT * FROM (SELECT {string.Join(", ", columns.Split(';').Select(c => c.Trim().Split(' ', 2)).Select(c => $"CAST(NULL AS {c[1]}) AS {c[0]}"))})").Select(c => new TableColumn(c.Name, c.Type)),
            partition is null ? [] : partition.Split(','),
            properties);

    /// <summary>A query's rows, each as one text.</summary>
    public async Task<string[]> RowsAsync(string sql) =>
        [.. (await Lake.QueryAsync(sql)).Rows.Select(r => string.Join(' ', r.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "-")))];

    public async Task<DeltaSnapshot> HeadAsync() => (await Table.HeadAsync())!;

    public async Task<IReadOnlyList<DeltaAction>> ActionsAsync(long version) => (await Table.CommitsAsync(version - 1, version))[0].Actions;

    /// <summary>Data files in the table's folder.</summary>
    public string[] DataFiles() => [.. Directory.EnumerateFiles(Folder, "*.parquet", SearchOption.AllDirectories).Where(f => !f.Contains("_delta_log", StringComparison.Ordinal)).Select(f => Path.GetRelativePath(Folder, f)).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        await Operations.DisposeAsync();
        Connection.Dispose();
        _database.Dispose();
        _files.Dispose();
        _folder.Dispose();
    }
}
