using Lakehouse.ObjectStores;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.ObjectStores;

public sealed class LocalObjectStoreTests : ObjectStoreTests
{
    private readonly TempDir _folder = new();

    public LocalObjectStoreTests() => Store = new LocalObjectStore(_folder.Root);

    protected override IObjectStore Store { get; }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }

    [Fact]
    public async Task PutIfAbsent_ThatLoses_LeavesNoTemporaryFile()
    {
        await Store.PutIfAbsentAsync("d/x", new byte[1]);
        await Store.PutIfAbsentAsync("d/x", new byte[1]);
        Assert.Equal(["x"], Directory.EnumerateFileSystemEntries(_folder.At("d")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Sweep_TakesAwayOldTemporaryFilesOnly()
    {
        await Store.PutAsync("d/x", new byte[1]);
        await Store.PutAsync("d/x.tmp-notes", new byte[1]);
        var (old, young) = (_folder.At("d", $"x.tmp-{Guid.NewGuid():N}"), _folder.At("d", $"y.tmp-{Guid.NewGuid():N}"));
        await File.WriteAllTextAsync(old, "left by a crash");
        await File.WriteAllTextAsync(young, "being written");
        File.SetLastWriteTimeUtc(old, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal(["d/x", "d/x.tmp-notes"], (await Store.ListAsync("")).Select(o => o.Path));
        Assert.Equal(1, await Store.SweepAsync(new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal(["x", "x.tmp-notes", Path.GetFileName(young)], Directory.EnumerateFiles(_folder.At("d")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Upload_ThatFails_LeavesNothing()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.UploadAsync("d/x", _folder.At("no such file")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("d")));
    }
}
