using System.Collections.Concurrent;

namespace Lakehouse.ObjectStores;

/// <summary>The files of a store that is elsewhere: copies from the cache, linked into a folder of this piece of work's own under the objects' paths.</summary>
internal sealed class CachedFiles(IObjectStore store, FileCache cache) : EngineFiles
{
    private const int AtOnce = 8;
    private readonly string _folder = cache.CreateWorkFolder();
    private readonly ConcurrentDictionary<string, bool> _here = new(StringComparer.Ordinal);

    public override string PathOf(string path)
    {
        var file = Path.Combine(_folder, ObjectPath.Checked(path));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return file;
    }

    public override Task FetchAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken = default) => Parallel.ForEachAsync(
        paths.Where(p => !_here.ContainsKey(p)).Distinct(StringComparer.Ordinal),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (path, token) =>
        {
            await cache.LinkAsync(store, path, PathOf(path), token).ConfigureAwait(false);
            _here[path] = true;
        });

    public override async Task StoreAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = PathOf(path);
        var etag = await store.UploadAsync(path, file, cancellationToken).ConfigureAwait(false);
        _here[path] = true;
        cache.Add(path, etag, file);
    }

    public override Task StageAsync(string path, CancellationToken cancellationToken = default) => StoreAsync(path, cancellationToken);

    public override IReadOnlyList<string> FoldersOf(IEnumerable<string> folders) => [cache.WorkFolder];

    public override string SpillRoot => Path.Combine(cache.Folder, "spill");

    protected override void Dispose(bool disposing)
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
