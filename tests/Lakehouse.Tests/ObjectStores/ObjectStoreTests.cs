using System.Security.Cryptography;
using Lakehouse.ObjectStores;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.ObjectStores;

/// <summary>What every object store guarantees, shown for each.</summary>
public abstract class ObjectStoreTests : IAsyncDisposable
{
    private readonly TempDir _files = new();

    protected abstract IObjectStore Store { get; }

    public virtual ValueTask DisposeAsync()
    {
        _files.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Put_ThenRead_GivesTheBytes()
    {
        await Store.PutAsync("a/b", "one"u8.ToArray());
        await Store.PutAsync("a/b", "two"u8.ToArray());
        Assert.Equal("two"u8.ToArray(), await Store.ReadAsync("a/b"));
        Assert.Null(await Store.ReadAsync("a/c"));
    }

    [Theory]
    [InlineData("p=2020-01-22/part one.parquet")]
    [InlineData("p=a%2Fb/+&?#;~!@$'()*,:.parquet")]
    [InlineData("Größe/数/😀")]
    [InlineData("a.b/..c/d..")]
    public async Task Put_UnderANameWithUnusualCharacters_IsFoundUnderIt(string path)
    {
        await Store.PutAsync(path, "x"u8.ToArray());
        Assert.Equal("x"u8.ToArray(), await Store.ReadAsync(path));
        Assert.True(await Store.CopyAsync(path, path + ".copy"));
        Assert.Equal([path, path + ".copy"], (await Store.ListAsync("")).Select(o => o.Path));
        Assert.Equal([path.Split('/')[0]], await Store.ListFoldersAsync(""));
        await Store.DeleteAsync([path, path + ".copy"]);
        Assert.Empty(await Store.ListAsync(""));
    }

    [Fact]
    public async Task Put_OfNothing_IsAnEmptyObject()
    {
        await Store.PutAsync("empty", ReadOnlyMemory<byte>.Empty);
        Assert.Equal(Array.Empty<byte>(), await Store.ReadAsync("empty"));
        Assert.Equal(Array.Empty<byte>(), await Store.ReadRangeAsync("empty", 0, 10));
        Assert.Equal(0, (await Store.HeadAsync("empty"))!.Bytes);
        Assert.False(await Store.PutIfAbsentAsync("empty", "x"u8.ToArray()));
    }

    [Fact]
    public async Task PutIfAbsent_SecondTime_LeavesTheFirst()
    {
        Assert.True(await Store.PutIfAbsentAsync("x", "one"u8.ToArray()));
        Assert.False(await Store.PutIfAbsentAsync("x", "two"u8.ToArray()));
        Assert.False(await Store.PutIfAbsentAsync("x", "one"u8.ToArray()));
        Assert.Equal("one"u8.ToArray(), await Store.ReadAsync("x"));
    }

    [Fact]
    public async Task PutSeriesIfAbsent_UpToOneThatIsThere_WritesThoseBeforeIt()
    {
        await Store.PutAsync("log/3", "other"u8.ToArray());
        (string, ReadOnlyMemory<byte>) Part(int i) => ($"log/{i}", new[] { (byte)i });
        Assert.Equal(2, await Store.PutSeriesIfAbsentAsync([Part(1), Part(2), Part(3), Part(4)]));
        Assert.Equal(["log/1", "log/2", "log/3"], (await Store.ListAsync("")).Select(o => o.Path));
        Assert.Equal(new byte[] { 2 }, await Store.ReadAsync("log/2"));
        Assert.Equal("other"u8.ToArray(), await Store.ReadAsync("log/3"));
        Assert.Equal(0, await Store.PutSeriesIfAbsentAsync([Part(3), Part(4)]));
        Assert.Equal(0, await Store.PutSeriesIfAbsentAsync([]));
        Assert.Equal(2, await Store.PutSeriesIfAbsentAsync([Part(4), Part(5)]));
    }

    [Fact]
    public async Task PutIfAbsent_AfterADelete_Wins()
    {
        await Store.PutAsync("x", "one"u8.ToArray());
        await Store.DeleteAsync("x");
        Assert.True(await Store.PutIfAbsentAsync("x", "two"u8.ToArray()));
    }

    [Fact]
    public async Task PutIfAbsent_TwentyAtOnce_OneWins()
    {
        for (var round = 0; round < 10; round++)
        {
            var path = $"race/{round}";
            var won = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => Store.PutIfAbsentAsync(path, new[] { (byte)i }))));
            Assert.Single(won, w => w);
            Assert.Equal(Array.IndexOf(won, true), (await Store.ReadAsync(path))![0]);
        }
    }

    [Theory]
    [InlineData(0, 4, "0123")]
    [InlineData(3, 1, "3")]
    [InlineData(7, 3, "789")]
    [InlineData(7, 100, "789")]
    [InlineData(10, 5, "")]
    [InlineData(99, 5, "")]
    [InlineData(4, 0, "")]
    public async Task ReadRange_OfTenBytes_GivesThoseThatAreThere(long offset, long count, string expected)
    {
        await Store.PutAsync("ten", "0123456789"u8.ToArray());
        Assert.Equal(expected, System.Text.Encoding.ASCII.GetString((await Store.ReadRangeAsync("ten", offset, count))!));
        Assert.Null(await Store.ReadRangeAsync("none", offset, count));
    }

    [Fact]
    public async Task Head_TellsSizeAndIdentity()
    {
        Assert.Null(await Store.HeadAsync("x"));
        await Store.PutAsync("x", "one"u8.ToArray());
        var first = (await Store.HeadAsync("x"))!;
        await Store.PutAsync("x", "two"u8.ToArray());
        var second = (await Store.HeadAsync("x"))!;
        Assert.Equal(("x", 3), (first.Path, first.Bytes));
        Assert.NotEqual(first.ETag, second.ETag);
        Assert.True(second.ModifiedAt >= first.ModifiedAt);
        Assert.Equal(second, Assert.Single(await Store.ListAsync("")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1 << 20)]
    [InlineData((25 << 20) + 17)]
    public async Task UploadThenDownload_OfAFile_GivesItsBytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        var (from, to) = (_files.At("from"), _files.At("to"));
        await File.WriteAllBytesAsync(from, bytes);
        await File.WriteAllTextAsync(to, "something else");

        await Store.PutAsync("t/file", "old"u8.ToArray());
        var etag = await Store.UploadAsync("t/file", from);
        var summary = await Store.DownloadAsync("t/file", to);

        Assert.Equal(size, summary!.Bytes);
        Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(await File.ReadAllBytesAsync(to)));
        Assert.Equal((etag, etag), ((await Store.HeadAsync("t/file"))!.ETag, summary.ETag));
        Assert.Equal(["from", "to"], Directory.EnumerateFileSystemEntries(_files.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Download_OfNoObject_LeavesTheFile()
    {
        var to = _files.At("to");
        await File.WriteAllTextAsync(to, "kept");
        Assert.Null(await Store.DownloadAsync("none/such", to));
        Assert.Equal("kept", await File.ReadAllTextAsync(to));
    }

    [Fact]
    public async Task Copy_GivesASecondObject_OfItsOwn()
    {
        await Store.PutAsync("a/1", "one"u8.ToArray());
        await Store.PutAsync("b/2", "old"u8.ToArray());
        Assert.True(await Store.CopyAsync("a/1", "b/2"));
        Assert.True(await Store.CopyAsync("a/1", "b/2"));
        await Store.PutAsync("a/1", "changed"u8.ToArray());
        Assert.Equal("one"u8.ToArray(), await Store.ReadAsync("b/2"));
        await Store.DeleteAsync("a/1");
        Assert.Equal("one"u8.ToArray(), await Store.ReadAsync("b/2"));
        Assert.False(await Store.CopyAsync("none", "c"));
        Assert.Null(await Store.HeadAsync("c"));
    }

    [Fact]
    public async Task List_OfAPrefix_IsCompleteAndOrdered()
    {
        foreach (var path in new[] { "t/2", "t/10", "t/sub/1", "u/1", "t/1", "t/sub.x", "t/sub-1", "tt", "t/s" })
        {
            await Store.PutAsync(path, new byte[3]);
        }

        Assert.Equal(["t/1", "t/10", "t/2", "t/s", "t/sub-1", "t/sub.x", "t/sub/1"], await PathsAsync("t/"));
        Assert.Equal(["t/2", "t/s", "t/sub-1", "t/sub.x", "t/sub/1"], await PathsAsync("t/", "t/10"));
        Assert.Equal(["t/sub/1"], await PathsAsync("t/", "t/sub/"));
        Assert.Empty(await PathsAsync("t/", "t/sub/1"));
        Assert.Equal(["t/sub-1", "t/sub.x", "t/sub/1"], await PathsAsync("t/sub"));
        Assert.Equal(["t/1", "t/10"], await PathsAsync("t/1"));
        Assert.Equal(["u/1"], await PathsAsync("", "tt"));
        Assert.Empty(await PathsAsync("nothing/"));
    }

    [Fact]
    public async Task List_OrdersAsTheBytesOfTheNames()
    {
        string[] expected = ["x/A", "x/Z", "x/_", "x/a", "x/é", "x/數", "x/\uFB01", "x/\U0001F600"];
        foreach (var path in expected.Reverse())
        {
            await Store.PutAsync(path, new byte[1]);
        }

        Assert.Equal(expected, await PathsAsync("x/"));
        Assert.Equal(["x/\U0001F600"], await PathsAsync("x/", "x/\uFB01"));
    }

    [Fact]
    public async Task List_OverManyPages_MissesNothing()
    {
        var expected = Enumerable.Range(0, 2_345).Select(i => $"log/{i:D8}").ToArray();
        await Parallel.ForEachAsync(expected, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (path, token) => await Store.PutAsync(path, ReadOnlyMemory<byte>.Empty, token));
        Assert.Equal(expected, await PathsAsync("log/"));
        Assert.Equal(expected[1500..], await PathsAsync("log/", expected[1499]));
        await Store.PutAsync("logs", new byte[1]);
        await Store.DeleteFolderAsync("log/");
        await Store.DeleteFolderAsync("log/");
        Assert.Equal(["logs"], await PathsAsync(""));
    }

    [Fact]
    public async Task ListFolders_OfAFolder_NamesThoseThatHoldSomething()
    {
        foreach (var path in new[] { "gold/b/1", "gold/a/_delta_log/0.json", "gold/file", "bronze/x/1", "gold/gone/1" })
        {
            await Store.PutAsync(path, new byte[1]);
        }

        await Store.DeleteAsync("gold/gone/1");
        Assert.Equal(["bronze", "gold"], await Store.ListFoldersAsync(""));
        Assert.Equal(["a", "b"], await Store.ListFoldersAsync("gold/"));
        Assert.Empty(await Store.ListFoldersAsync("gold/b/"));
        Assert.Empty(await Store.ListFoldersAsync("silver/"));
    }

    [Fact]
    public async Task Delete_Twice_IsNoError()
    {
        await Store.PutAsync("gone", new byte[1]);
        await Store.PutAsync("stays", new byte[1]);
        await Store.DeleteAsync("gone");
        await Store.DeleteAsync("gone");
        await Store.DeleteAsync(["gone", "never/was"]);
        await Store.DeleteAsync(Array.Empty<string>());
        Assert.Null(await Store.ReadAsync("gone"));
        Assert.Equal(["stays"], await PathsAsync(""));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("a/")]
    [InlineData("")]
    public async Task Path_ThatIsNone_IsRefused(string path)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.ReadAsync(path));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutIfAbsentAsync(path, new byte[1]));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(path));
    }

    [Fact]
    public async Task Call_ThatWasCancelled_DoesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync("x", new byte[1], cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutIfAbsentAsync("x", new byte[1], cancelled.Token));
        Assert.Empty(await PathsAsync(""));
    }

    private async Task<string[]> PathsAsync(string prefix, string? startAfter = null) => [.. (await Store.ListAsync(prefix, startAfter)).Select(o => o.Path)];
}
