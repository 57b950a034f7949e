using Lakehouse.Datasets;
using Lakehouse.ObjectStores;
using Lakehouse.ObjectStores.S3;
using Lakehouse.Tests.ObjectStores;
using Orchestrator.TestKit;
using Orchestrator.TestKit.S3;

namespace Lakehouse.Tests.Datasets;

/// <summary>Merging by key into tables in a bucket whose replies get lost.</summary>
public sealed class S3MergeTests
{
    private const string Columns = "id BIGINT, name VARCHAR, seq BIGINT, day DATE";

    private static readonly (string Values, string Day, long Epoch)[] Runs =
    [
        ("(1, 'a', 10), (2, 'x', 10)", "2024-05-01", 1),
        ("(1, 'c', 30), (2, 'x', 30), (3, 'n', 30)", "2024-05-02", 1),
        ("(1, 'b', 20), (2, 'x', 5)", "2024-04-30", 1),
        ("(1, 'c', 30), (2, 'y', 31)", "2024-05-02", 2),
    ];

    [Theory]
    [InlineData(MergeMode.Replace)]
    [InlineData(MergeMode.Append)]
    [InlineData(MergeMode.Upsert)]
    [InlineData(MergeMode.Latest)]
    [InlineData(MergeMode.History)]
    public async Task Publish_InABucketThatLosesReplies_LeavesTheRowsOfALakeOnDisk(MergeMode mode)
    {
        await using var server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["lake"] });
        server.Faults.AddRandom(7, 0.1, [.. S3Faults.OfANetwork]);
        using var folder = new TempDir();
        var bucket = new Lake(
            S3ObjectStoreTests.Open(server, new S3StoreOptions { Bucket = "lake", Prefix = "team/", PathStyle = true, MaxAttempts = 15 }), new FileCache(folder.At("cache"), 10 << 20));
        using var onDisk = Bench(mode);
        using var inBucket = Bench(mode, bucket);

        foreach (var (values, day, epoch) in Runs)
        {
            await onDisk.RunAsync(values, day, epoch);
            var made = await inBucket.StageAsync(DatasetBench.Values(values, day), day);
            var first = await inBucket.PublishAsync(made, day, epoch);
            var again = await inBucket.PublishAsync(made, day, epoch);
            Assert.Equal((first.Version, true), (again.Version, again.AlreadyThere));
        }

        var columns = mode == MergeMode.History ? "id, name, valid_from, valid_to" : "id, name, seq, day";
        Assert.Equal(await onDisk.RowsAsync(columns), await inBucket.RowsAsync(columns));
        Assert.True(server.Faults.Injected > 0);
    }

    private static DatasetBench Bench(MergeMode mode, Lake? lake = null) => new(mode == MergeMode.History ? $"{Columns}, valid_from BIGINT, valid_to BIGINT" : Columns, lake)
    {
        Merge = mode switch
        {
            MergeMode.Replace => RowMerge.Replace,
            MergeMode.Append => new RowMerge { Mode = mode },
            MergeMode.History => new RowMerge { Mode = mode, Key = ["id"], SequenceColumn = "seq", ValidFrom = "valid_from", ValidTo = "valid_to" },
            _ => new RowMerge { Mode = mode, Key = ["id"], SequenceColumn = "seq" },
        },
    };
}
