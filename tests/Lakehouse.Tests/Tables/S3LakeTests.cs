using System.Globalization;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;
using Lakehouse.ObjectStores.S3;
using Lakehouse.Tables;
using Lakehouse.Tests.ObjectStores;
using Orchestrator.TestKit;
using Orchestrator.TestKit.S3;

namespace Lakehouse.Tests.Tables;

/// <summary>A lake in a bucket, as on disk: written by many at once, with replies lost.</summary>
public sealed class S3LakeTests : IAsyncLifetime
{
    private const int Writers = 20;
    private readonly TempDir _folder = new();
    private S3TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["lake"] });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public async Task Commits_OfTwentyWriters_AreAllThereAndReadAsOnDisk(double faults)
    {
        var disk = new Lake(_folder.At("disk"));
        _server.Faults.AddRandom(5, faults, [.. S3Faults.OfANetwork]);
        await CreateAsync(disk);
        await CreateAsync(Open("first"));

        // Each writer is a machine of its own: its own connections, its own cache.
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => AppendAsync(Open($"cache-{i}"), i))));
        for (var i = 0; i < Writers; i++)
        {
            await AppendAsync(disk, i);
        }

        const string Sql = "SELECT d, count(*) AS n, sum(v) AS s FROM gold.t GROUP BY ALL ORDER BY d";
        var reader = Open("reader");
        Assert.Equal(Text(await disk.QueryAsync(Sql)), Text(await reader.QueryAsync(Sql)));
        Assert.Equal(await disk.VersionAsync("gold.t"), await reader.VersionAsync("gold.t"));
        Assert.Equal(["gold.t"], await reader.DatasetsAsync());
        Assert.Equal(faults > 0, _server.Faults.Injected > 0);
    }

    private Lake Open(string cache) => new(
        S3ObjectStoreTests.Open(_server, new S3StoreOptions { Bucket = "lake", Prefix = "team/", PathStyle = true, MaxAttempts = 15 }),
        new FileCache(_folder.At(cache), 10 << 20));

    private static Task<DeltaSnapshot> CreateAsync(Lake lake) => lake.Table("gold.t").CreateIfAbsentAsync(new MetadataAction
    {
        Id = Guid.NewGuid().ToString(),
        SchemaString = DeltaTypes.ToDeltaSchema([new TableColumn("d", "DATE"), new TableColumn("v", "BIGINT")]),
        PartitionColumns = ["d"],
    });

    private static async Task AppendAsync(Lake lake, int writer)
    {
        var day = string.Create(CultureInfo.InvariantCulture, $"2020-03-{1 + (writer % 5):D2}");
        var name = $"d={day}/{writer}.parquet";
        using var files = lake.OpenFiles();
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        var file = connection.CopyToParquet($"SELECT range + {writer} AS v FROM range(1000)", files.PathOf($"gold/t/{name}"));
        await files.StoreAsync($"gold/t/{name}");
        await lake.Table("gold.t").CommitAsync(new CommitRequest
        {
            Id = $"writer-{writer}",
            Transaction = new TransactionAction($"writer-{writer}", 1, null),
            Operation = "WRITE",
            Changes = _ => [new AddFile { Path = name, PartitionValues = new Dictionary<string, string?> { ["d"] = day }, Size = file.Bytes, ModificationTime = 0 }],
        });
    }

    private static string Text(DuckDbResult result) => string.Join('\n', result.Rows.Select(r => string.Join('|', r.Select(v => Convert.ToString(v, CultureInfo.InvariantCulture)))));
}
