using System.Text;
using Lakehouse.Delta;
using Lakehouse.ObjectStores;

namespace Lakehouse.Tests.Delta;

public sealed class DeltaTableTests
{
    private static readonly MetadataAction Metadata = new()
    {
        Id = "0c9f6c5e-0000-4000-8000-000000000001",
        SchemaString = """{"type":"struct","fields":[{"name":"d","type":"date","nullable":true,"metadata":{}},{"name":"v","type":"long","nullable":true,"metadata":{}}]}""",
        PartitionColumns = ["d"],
    };

    private readonly MemoryObjectStore _store = new();

    [Fact]
    public async Task Head_OfNoTable_IsNull() => Assert.Null(await new DeltaTable(_store, "t").HeadAsync());

    [Fact]
    public async Task Commit_ReplacePartition_RemovesWhatWasThere()
    {
        var table = await CreateAsync();
        await CommitAsync(table, "r1", "app", 1, "2020-03-15", "a");
        await CommitAsync(table, "r2", "other", 1, "2020-03-16", "b");
        var result = await CommitAsync(table, "r3", "app", 2, "2020-03-15", "c");

        var head = (await new DeltaTable(_store, "t").HeadAsync())!;
        Assert.Equal(3, result.Version);
        Assert.Equal(["b", "c"], head.Files.Keys);
        Assert.Equal(["2020-03-15", "2020-03-16"], head.Partitions());
        Assert.Equal(["a", "b"], (await table.AtAsync(2)).Files.Keys);
        Assert.Equal(["2020-03-15"], (await table.CommitsAsync(2, 3))[0].Touched("d"));
    }

    [Fact]
    public async Task Commit_SameWorkTwice_IsRecognised()
    {
        var table = await CreateAsync();
        var first = await CommitAsync(table, "r1", "app", 1, "2020-03-15", "a");
        await CommitAsync(table, "r2", "other", 1, "2020-03-16", "b");
        var second = await CommitAsync(new DeltaTable(_store, "t"), "r1", "app", 1, "2020-03-15", "a");

        Assert.False(first.AlreadyThere);
        Assert.Equal(new CommitResult(1, true, null), second);
        Assert.Equal(2, (await table.HeadAsync())!.Version);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Commit_OfAnEpochThatIsTaken_IsFenced(long epoch)
    {
        var table = await CreateAsync();
        await CommitAsync(table, "new", "app", 2, "2020-03-15", "a");
        var e = await Assert.ThrowsAsync<LakehouseException>(() => CommitAsync(table, "late", "app", epoch, "2020-03-15", "b"));
        Assert.Equal("publish.fenced", e.Code);
    }

    [Fact]
    public async Task Commit_Vetoed_WritesNothing()
    {
        var table = await CreateAsync();
        var result = await table.CommitAsync(Request("r1", "app", 1, "2020-03-15", "a") with { Veto = (_, _) => Task.FromResult<string?>("changed") });
        Assert.Equal(new CommitResult(null, false, "changed"), result);
        Assert.Equal(0, (await table.HeadAsync())!.Version);
    }

    [Fact]
    public async Task Commit_ThatLosesTheVersion_AsksTheVetoAgainWithTheNewHead()
    {
        var table = await CreateAsync();
        var rival = new DeltaTable(_store, "t");
        var heads = new List<long>();
        await table.CommitAsync(Request("r1", "app", 1, "2020-03-15", "a") with
        {
            Veto = async (head, _) =>
            {
                heads.Add(head.Version);
                if (heads.Count == 1)
                {
                    await CommitAsync(rival, "r2", "other", 1, "2020-03-16", "b");
                }

                return null;
            },
        });
        Assert.Equal([0, 1], heads);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Commit_ManyWritersAndLostReplies_LosesAndDoublesNothing(int seed)
    {
        const int Writers = 6;
        const int Each = 15;
        var faulty = new LossyStore(_store, seed);
        await CreateAsync();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
        {
            var table = new DeltaTable(faulty, "t");
            for (var n = 1; n <= Each; n++)
            {
                await UntilKnownAsync(() => table.CommitAsync(Request($"{w}-{n}", $"app{w}", n, $"day{w}", $"{w}-{n}")));
            }
        })));

        var head = (await new DeltaTable(_store, "t").HeadAsync())!;
        Assert.Equal(Writers * Each, head.Version);
        Assert.Equal(Enumerable.Range(0, Writers).Select(w => $"{w}-{Each}"), head.Files.Keys);
        var ids = (await new DeltaTable(_store, "t").CommitsAsync(0, head.Version)).Select(c => c.Id).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public async Task Head_LogWithAGap_NamesTheMissingVersion()
    {
        var table = await CreateAsync();
        await CommitAsync(table, "r1", "app", 1, "2020-03-15", "a");
        await CommitAsync(table, "r2", "app", 2, "2020-03-15", "b");
        await _store.DeleteAsync("t/_delta_log/00000000000000000001.json");
        var e = await Assert.ThrowsAsync<LakehouseException>(() => new DeltaTable(_store, "t").HeadAsync());
        Assert.Equal("delta.corrupt", e.Code);
        Assert.Contains("version 1", e.Message);
    }

    [Fact]
    public async Task Head_WhoseLogWasDeleted_IsNullAndNothingIsCommittedBehindAGap()
    {
        var table = await CreateAsync();
        await CommitAsync(table, "r1", "app", 1, "2020-03-15", "a");
        Assert.Equal(1, (await table.HeadAsync())!.Version);

        await DeleteLogAsync();

        var e = await Assert.ThrowsAsync<LakehouseException>(() => CommitAsync(table, "r2", "app", 2, "2020-03-15", "b"));
        Assert.Equal("delta.missing", e.Code);
        Assert.Null(await table.HeadAsync());
        Assert.Equal(0, (await table.CreateIfAbsentAsync(Metadata)).Version);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Head_WhoseLogIsAnotherNow_IsThatOnes(int commits)
    {
        var table = await CreateAsync();
        await CommitAsync(table, "r1", "app", 1, "2020-03-15", "a");
        await CommitAsync(table, "r2", "app", 2, "2020-03-15", "b");
        Assert.Equal(2, (await table.HeadAsync())!.Version);

        await DeleteLogAsync();
        var other = await CreateAsync();
        for (var n = 1; n <= commits; n++)
        {
            await CommitAsync(other, $"n{n}", "new", n, $"2020-04-{n:D2}", $"n{n}");
        }

        Assert.Equal(Enumerable.Range(1, commits).Select(n => $"n{n}"), (await table.HeadAsync())!.Files.Keys);
        Assert.Equal(commits + 1, (await CommitAsync(table, "r3", "app", 3, "2020-03-15", "c")).Version);
        Assert.Equal(commits + 1, (await other.HeadAsync())!.Files.Count);
    }

    [Fact]
    public async Task Head_LineThatIsNoJson_NamesFileAndLine()
    {
        await _store.PutAsync("t/_delta_log/00000000000000000000.json", Encoding.UTF8.GetBytes("{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}\n{\"add\":"));
        var e = await Assert.ThrowsAsync<LakehouseException>(() => new DeltaTable(_store, "t").HeadAsync());
        Assert.Contains("00000000000000000000.json' line 2", e.Message);
    }

    [Fact]
    public async Task Head_ReaderFeatureNotKnown_IsRefusedByName()
    {
        await _store.PutAsync("t/_delta_log/00000000000000000000.json", Encoding.UTF8.GetBytes(
            """
            {"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["futureThing"],"writerFeatures":["futureThing"]}}
            {"metaData":{"id":"x","format":{"provider":"parquet","options":{}},"schemaString":"{}","partitionColumns":[],"configuration":{}}}
            """));
        var e = await Assert.ThrowsAsync<LakehouseException>(() => new DeltaTable(_store, "t").HeadAsync());
        Assert.Contains("futureThing", e.Message);
    }

    private async Task DeleteLogAsync() =>
        await _store.DeleteAsync(await _store.EnumerateAsync("t/_delta_log/", null).Select(o => o.Path).ToArrayAsync());

    private async Task<DeltaTable> CreateAsync()
    {
        var table = new DeltaTable(_store, "t");
        await table.CreateIfAbsentAsync(Metadata);
        return table;
    }

    private static Task<CommitResult> CommitAsync(DeltaTable table, string id, string app, long epoch, string day, string file) =>
        table.CommitAsync(Request(id, app, epoch, day, file));

    private static CommitRequest Request(string id, string app, long epoch, string day, string file) => new()
    {
        Id = id,
        Transaction = new TransactionAction(app, epoch, null),
        Operation = "WRITE",
        Changes = head => DeltaTable.ReplacePartitions(
            head,
            new HashSet<string> { day },
            [new AddFile { Path = file, PartitionValues = new Dictionary<string, string?> { ["d"] = day }, Size = 1, ModificationTime = 0 }],
            0),
    };

    private static async Task UntilKnownAsync(Func<Task<CommitResult>> commit)
    {
        while (true)
        {
            try
            {
                await commit();
                return;
            }
            catch (IOException)
            {
                // The caller repeats a work whose outcome it does not know.
                await Task.Yield();
            }
        }
    }

    /// <summary>Loses replies: sometimes before the write, sometimes after it.</summary>
    private sealed class LossyStore(IObjectStore inner, int seed) : DelegatingObjectStore(inner)
    {
        private readonly Random _random = new(seed);
        private readonly Lock _gate = new();

        public override Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default)
        {
            LoseSometimes(0.05);
            return base.ReadAsync(path, cancellationToken);
        }

        public override async Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        {
            LoseSometimes(0.2);
            var won = await base.PutIfAbsentAsync(path, content, cancellationToken);
            LoseSometimes(0.2);
            return won;
        }

        private void LoseSometimes(double probability)
        {
            lock (_gate)
            {
                if (_random.NextDouble() < probability)
                {
                    throw new IOException("reply lost");
                }
            }
        }
    }
}
