using Lakehouse.ObjectStores;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.ObjectStores;

/// <summary>What every object store guarantees, shown for each.</summary>
public abstract class ObjectStoreTests
{
    protected abstract IObjectStore Store { get; }

    [Fact]
    public async Task Put_ThenRead_GivesTheBytes()
    {
        await Store.PutAsync("a/b", "one"u8.ToArray());
        await Store.PutAsync("a/b", "two"u8.ToArray());
        Assert.Equal("two"u8.ToArray(), await Store.ReadAsync("a/b"));
        Assert.Null(await Store.ReadAsync("a/c"));
    }

    [Fact]
    public async Task PutIfAbsent_SecondTime_LeavesTheFirst()
    {
        Assert.True(await Store.PutIfAbsentAsync("x", "one"u8.ToArray()));
        Assert.False(await Store.PutIfAbsentAsync("x", "two"u8.ToArray()));
        Assert.Equal("one"u8.ToArray(), await Store.ReadAsync("x"));
    }

    [Fact]
    public async Task PutIfAbsent_ManyAtOnce_OneWins()
    {
        for (var round = 0; round < 20; round++)
        {
            var path = $"race/{round}";
            var won = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Store.PutIfAbsentAsync(path, new[] { (byte)i }))));
            Assert.Single(won, w => w);
            Assert.Equal(Array.IndexOf(won, true), (await Store.ReadAsync(path))![0]);
        }
    }

    [Fact]
    public async Task List_OfAPrefix_IsCompleteAndOrdered()
    {
        foreach (var path in new[] { "t/2", "t/10", "t/sub/1", "u/1", "t/1" })
        {
            await Store.PutAsync(path, new byte[3]);
        }

        Assert.Equal(["t/1", "t/10", "t/2", "t/sub/1"], (await Store.ListAsync("t/")).Select(o => o.Path));
        Assert.Equal(["t/2", "t/sub/1"], (await Store.ListAsync("t/", "t/10")).Select(o => o.Path));
        Assert.Empty(await Store.ListAsync("nothing/"));
    }

    [Fact]
    public async Task Delete_Twice_IsNoError()
    {
        await Store.PutAsync("gone", new byte[1]);
        await Store.DeleteAsync("gone");
        await Store.DeleteAsync("gone");
        Assert.Null(await Store.ReadAsync("gone"));
    }
}

public sealed class MemoryObjectStoreTests : ObjectStoreTests
{
    protected override IObjectStore Store { get; } = new MemoryObjectStore();
}

public sealed class LocalObjectStoreTests : ObjectStoreTests, IDisposable
{
    private readonly TempDir _folder = new();

    public LocalObjectStoreTests() => Store = new LocalObjectStore(_folder.Root);

    protected override IObjectStore Store { get; }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    public async Task Read_OfAPathThatLeadsOutside_IsRefused(string path) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store.ReadAsync(path));

    [Fact]
    public async Task PutIfAbsent_ThatLoses_LeavesNoTemporaryFile()
    {
        await Store.PutIfAbsentAsync("d/x", new byte[1]);
        await Store.PutIfAbsentAsync("d/x", new byte[1]);
        Assert.Equal(["x"], Directory.EnumerateFileSystemEntries(_folder.At("d")).Select(Path.GetFileName));
    }
}
