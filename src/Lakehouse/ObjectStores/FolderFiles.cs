namespace Lakehouse.ObjectStores;

/// <summary>The files of a store that is a folder: they are the objects.</summary>
internal sealed class FolderFiles(LocalObjectStore store) : EngineFiles
{
    public override string PathOf(string path)
    {
        var file = store.LocalPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return file;
    }

    public override Task FetchAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken = default)
    {
        foreach (var path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!File.Exists(store.LocalPath(path)))
            {
                throw StoreErrors.Missing(path, store.Root);
            }
        }

        return Task.CompletedTask;
    }

    public override Task StoreAsync(string path, CancellationToken cancellationToken = default) => Task.Run(() => store.Sync(path), cancellationToken);

    public override Task StageAsync(string path, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public override IReadOnlyList<string> FoldersOf(IEnumerable<string> folders) => [.. folders.Select(store.LocalPath)];

    public override string SpillRoot => store.LocalPath("_spill");

    protected override void Dispose(bool disposing)
    {
    }
}
