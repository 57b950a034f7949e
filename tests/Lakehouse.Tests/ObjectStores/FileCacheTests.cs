using Lakehouse.ObjectStores;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.ObjectStores;

public sealed class FileCacheTests : IDisposable
{
    private readonly TempDir _folder = new();
    private readonly MemoryObjectStore _store = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fetch_OfAnObjectSeenBefore_DownloadsNothing()
    {
        var cache = new FileCache(_folder.Root, 1000);
        await _store.PutAsync("t/p=1/a", "one"u8.ToArray());
        for (var i = 0; i < 3; i++)
        {
            using var files = EngineFiles.Over(_store, cache);
            await files.FetchAsync(["t/p=1/a"]);
            Assert.EndsWith("/t/p=1/a", files.PathOf("t/p=1/a"));
            Assert.Equal("one", await File.ReadAllTextAsync(files.PathOf("t/p=1/a")));
        }

        Assert.Equal((2, 1), (cache.Hits, cache.Misses));
    }

    [Fact]
    public async Task Fetch_OfAnObjectThatWasReplaced_GivesTheNewContent()
    {
        var cache = new FileCache(_folder.Root, 1000);
        foreach (var content in new[] { "one", "two" })
        {
            await _store.PutAsync("x", System.Text.Encoding.UTF8.GetBytes(content));
            using var files = EngineFiles.Over(_store, cache);
            await files.FetchAsync(["x"]);
            Assert.Equal(content, await File.ReadAllTextAsync(files.PathOf("x")));
        }
    }

    [Fact]
    public async Task Store_OfAWrittenFile_IsAnObjectAndACopy()
    {
        var cache = new FileCache(_folder.Root, 1000);
        using (var files = EngineFiles.Over(_store, cache))
        {
            await File.WriteAllTextAsync(files.PathOf("t/new"), "written");
            await files.StoreAsync("t/new");
        }

        Assert.Equal("written"u8.ToArray(), await _store.ReadAsync("t/new"));
        using var later = EngineFiles.Over(_store, new FileCache(_folder.Root, 1000));
        await later.FetchAsync(["t/new"]);
        Assert.Equal("written", await File.ReadAllTextAsync(later.PathOf("t/new")));
        Assert.Equal(0, cache.Misses);
    }

    [Fact]
    public async Task Fetch_BeyondTheBound_EvictsTheOldestAndKeepsWhatIsInUse()
    {
        var time = new ManualTime();
        var cache = new FileCache(_folder.Root, 100, time);
        using var first = EngineFiles.Over(_store, cache);
        for (var i = 0; i < 8; i++)
        {
            await _store.PutAsync($"o/{i}", new byte[30]);
            time.Advance(TimeSpan.FromSeconds(1));
            await first.FetchAsync([$"o/{i}"]);
        }

        Assert.True(Bytes("objects") <= 100);
        Assert.All(Enumerable.Range(0, 8), i => Assert.Equal(30, new FileInfo(first.PathOf($"o/{i}")).Length));
        using var second = EngineFiles.Over(_store, cache);
        await second.FetchAsync(["o/7"]);
        Assert.Equal(1, cache.Hits);
    }

    [Fact]
    public async Task Fetch_ByManyAtOnce_DownloadsOnce()
    {
        var cache = new FileCache(_folder.Root, 1000);
        await _store.PutAsync("x", "one"u8.ToArray());
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            using var files = EngineFiles.Over(_store, cache);
            await files.FetchAsync(["x"]);
            Assert.Equal("one", await File.ReadAllTextAsync(files.PathOf("x")));
        })));
        Assert.Equal((15, 1), (cache.Hits, cache.Misses));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("work")));
    }

    [Fact]
    public async Task Fetch_OfAnObjectThatIsNotThere_NamesIt()
    {
        using var files = EngineFiles.Over(_store, new FileCache(_folder.Root, 1000));
        var e = await Assert.ThrowsAsync<LakehouseException>(() => files.FetchAsync(["t/none"]));
        Assert.Equal("store.missing", e.Code);
        Assert.Contains("'t/none'", e.Message);
    }

    [Fact]
    public void SweepWork_TakesAwayFoldersOfDeadProcesses()
    {
        var cache = new FileCache(_folder.Root, 1000);
        using var alive = EngineFiles.Over(_store, cache);
        Directory.CreateDirectory(_folder.At("work", $"{int.MaxValue}-dead"));
        Assert.Equal(1, cache.SweepWork());
        Assert.Single(Directory.EnumerateDirectories(_folder.At("work")));
    }

    private long Bytes(string folder) => new DirectoryInfo(_folder.At(folder)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
}
