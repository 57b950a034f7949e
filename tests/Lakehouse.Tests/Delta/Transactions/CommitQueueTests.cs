using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;
using Lakehouse.Delta.Transactions.Conflicts;
using Lakehouse.ObjectStores;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Delta.Transactions;

/// <summary>Writers that share a table object commit in series; nothing of what holds for one of them may be lost by that.</summary>
public sealed class CommitQueueTests : IDisposable
{
    private const int Writers = 12;
    private const int Each = 20;

    private readonly TempDir _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commit_OfWritersOfTwoProcesses_LosesAndDoublesNothing()
    {
        var stores = new[] { new CountingStore(new LocalObjectStore(_folder.Root)), new CountingStore(new LocalObjectStore(_folder.Root)) };
        var tables = stores.Select(s => new DeltaTable(s, "t")).ToArray();
        await CreateAsync(tables[0]);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
        {
            for (var n = 0; n < Each; n++)
            {
                await AppendAsync(tables[w % 2], $"{w}-{n}");
            }
        })));
        await CheckAsync(Writers * Each);
        Assert.True(stores.Max(s => s.Longest) > 1, "no two commits were put together");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Commit_WhileRepliesAreLost_LosesAndDoublesNothing(int seed)
    {
        var store = new LosingStore(new LocalObjectStore(_folder.Root), seed);
        var table = new DeltaTable(store, "t");
        await CreateAsync(new DeltaTable(new LocalObjectStore(_folder.Root), "t"));
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
        {
            for (var n = 0; n < Each; n++)
            {
                await UntilKnownAsync(() => AppendAsync(table, $"{w}-{n}"));
            }
        })));
        await CheckAsync(Writers * Each);
    }

    [Fact]
    public async Task Commit_OfWorksThatCannotStandTogether_LetsOneThrough()
    {
        var table = new DeltaTable(new LocalObjectStore(_folder.Root), "t");
        await CreateAsync(table);
        await AppendAsync(table, "first");
        var transactions = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => table.BeginAsync()));
        var ends = await Task.WhenAll(transactions.Select((t, i) => Task.Run(async () =>
        {
            foreach (var file in t.ReadTable())
            {
                t.Remove(file);
            }

            t.Add(File($"new-{i}"));
            try
            {
                return (await t.CommitAsync(new CommitDescription { Operation = "WRITE" })).Version;
            }
            catch (DeltaConflictException)
            {
                return null;
            }
        })));
        Assert.Equal([2L], ends.OfType<long>());
        Assert.Single((await table.HeadAsync())!.Files);
    }

    [Fact]
    public async Task Commit_OfOneWorkTwiceAtOnce_IsMadeOnce()
    {
        var table = new DeltaTable(new LocalObjectStore(_folder.Root), "t");
        await CreateAsync(table);
        var transactions = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => table.BeginAsync()));
        var outcomes = await Task.WhenAll(transactions.Select(t => Task.Run(() =>
        {
            t.Add(File("same"));
            return t.CommitAsync(new CommitDescription { Operation = "WRITE", CommitId = "same" });
        })));
        Assert.Single(outcomes, o => !o.AlreadyThere);
        Assert.All(outcomes, o => Assert.Equal(1, o.Version));
        Assert.Equal(1, (await table.HeadAsync())!.Version);
    }

    [Fact]
    public async Task Commit_FixedToItsHead_StandsInTheMidstOfAppends()
    {
        var table = new DeltaTable(new LocalObjectStore(_folder.Root), "t");
        await CreateAsync(table);
        using var stop = new CancellationTokenSource();
        var appends = Enumerable.Range(0, 4).Select(w => Task.Run(async () =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                await AppendAsync(table, $"{w}-{n}");
            }
        })).ToArray();
        for (var i = 1; i <= 5; i++)
        {
            DeltaSnapshot? seen = null;
            var result = await table.CommitAsync(new CommitRequest
            {
                Id = $"r{i}",
                Transaction = new TransactionAction("app", i, null),
                Operation = "WRITE",
                Veto = async (head, token) =>
                {
                    // Long enough for others to come first.
                    await table.CommitsAsync(Math.Max(-1, head.Version - 20), head.Version, token);
                    return null;
                },
                Changes = head =>
                {
                    seen = head;
                    return [File($"fixed-{i}")];
                },
            });
            Assert.Equal(seen!.Version + 1, result.Version);
        }

        await stop.CancelAsync();
        await Task.WhenAll(appends);
        var head = (await table.HeadAsync())!;
        Assert.Equal(head.Version, head.Files.Count);
    }

    [Fact]
    public async Task Commit_GivenUpWhileItWaits_WritesNothing()
    {
        var store = new GatedStore(new LocalObjectStore(_folder.Root));
        var table = new DeltaTable(store, "t");
        await CreateAsync(table);
        store.Close();
        var first = AppendAsync(table, "first");
        await store.Entered;
        using var stop = new CancellationTokenSource();
        var second = await table.BeginAsync();
        second.Add(File("second"));
        var waiting = second.CommitAsync(new CommitDescription { Operation = "WRITE" }, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        store.Open();
        await first;
        await AppendAsync(table, "third");
        Assert.Equal(["first", "third"], (await table.HeadAsync())!.Files.Keys);
    }

    private static Task CreateAsync(DeltaTable table) => table.CreateIfAbsentAsync(new MetadataAction { Id = "1", SchemaString = """{"type":"struct","fields":[]}""", PartitionColumns = [] });

    private static async Task<CommitOutcome> AppendAsync(DeltaTable table, string file)
    {
        var transaction = await table.BeginAsync();
        transaction.Add(File(file));
        return await transaction.CommitAsync(new CommitDescription { Operation = "WRITE", CommitId = file });
    }

    private static AddFile File(string path) => new() { Path = path, PartitionValues = new Dictionary<string, string?>(), Size = 1, ModificationTime = 0 };

    private async Task CheckAsync(int appends)
    {
        var table = new DeltaTable(new LocalObjectStore(_folder.Root), "t");
        var head = (await table.HeadAsync())!;
        Assert.Equal(appends, head.Version);
        Assert.Equal(appends, head.Files.Count);
        var ids = (await table.CommitsAsync(-1, head.Version)).Select(c => c.Id).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    private static async Task UntilKnownAsync(Func<Task> commit)
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

    /// <summary>Tells how many objects were put together at most.</summary>
    private sealed class CountingStore(IObjectStore inner) : DelegatingObjectStore(inner), IObjectStore
    {
        private readonly IObjectStore _inner = inner;

        public int Longest { get; private set; }

        int IObjectStore.SeriesLength => _inner.SeriesLength;

        async Task<int> IObjectStore.PutSeriesIfAbsentAsync(IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> objects, CancellationToken cancellationToken)
        {
            Longest = Math.Max(Longest, objects.Count);

            // A folder answers on the caller's thread: on a machine of few threads each writer would be done before the next begins.
            await Task.Delay(1, cancellationToken);
            return await _inner.PutSeriesIfAbsentAsync(objects, cancellationToken);
        }
    }

    /// <summary>Loses replies before and after a series, and in its midst.</summary>
    private sealed class LosingStore(IObjectStore inner, int seed) : DelegatingObjectStore(inner), IObjectStore
    {
        private readonly IObjectStore _inner = inner;
        private readonly Random _random = new(seed);

        int IObjectStore.SeriesLength => _inner.SeriesLength;

        async Task<int> IObjectStore.PutSeriesIfAbsentAsync(IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> objects, CancellationToken cancellationToken)
        {
            var some = objects.Take(_random.Next(objects.Count + 1)).ToArray();
            var count = await _inner.PutSeriesIfAbsentAsync(some, cancellationToken);
            return count < some.Length || _random.Next(2) == 0 ? throw new IOException("reply lost") : some.Length == objects.Count ? count : throw new IOException("reply lost");
        }
    }

    /// <summary>Holds puts of series back while it is closed.</summary>
    private sealed class GatedStore(IObjectStore inner) : DelegatingObjectStore(inner), IObjectStore
    {
        private readonly IObjectStore _inner = inner;
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource _open = Opened();

        public Task Entered => _entered.Task;

        int IObjectStore.SeriesLength => _inner.SeriesLength;

        public void Close() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _open.SetResult();

        async Task<int> IObjectStore.PutSeriesIfAbsentAsync(IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> objects, CancellationToken cancellationToken)
        {
            if (!_open.Task.IsCompleted)
            {
                _entered.TrySetResult();
                await _open.Task;
            }

            return await _inner.PutSeriesIfAbsentAsync(objects, cancellationToken);
        }

        private static TaskCompletionSource Opened()
        {
            var source = new TaskCompletionSource();
            source.SetResult();
            return source;
        }
    }
}
