namespace Lakehouse.ObjectStores;

/// <summary>
/// A store's objects as files of this machine, for one piece of work: the engine reads and writes local files, knows no store and sees no credentials
/// (docs/decisions/0006). What was fetched stays until disposal, whatever becomes of the object or of the cache meanwhile.
/// </summary>
public abstract class EngineFiles : IDisposable
{
    /// <summary>The objects of a store as files.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cache">Where copies lie; not needed for a store that is a folder of this machine.</param>
    /// <exception cref="ArgumentException">The store is elsewhere and there is no cache.</exception>
    public static EngineFiles Over(IObjectStore store, FileCache? cache) => (store, cache) switch
    {
        (LocalObjectStore folder, _) => new FolderFiles(folder),
        (_, { } copies) => new CachedFiles(store, copies),
        _ => throw new ArgumentException("A store that is no local folder needs a cache for the engine's files.", nameof(cache)),
    };

    /// <summary>
    /// Absolute path of an object's file: where it lies once fetched, or where the engine is to write one that <see cref="StoreAsync"/> then stores;
    /// its folder exists.
    /// </summary>
    public abstract string PathOf(string path);

    /// <summary>Brings objects here, several at a time; those that are here already cost nothing.</summary>
    /// <exception cref="LakehouseException"><c>store.missing</c>: there is no such object.</exception>
    public abstract Task FetchAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken = default);

    /// <summary>Makes the file that was written at <see cref="PathOf"/> an object: durable, and there for everybody.</summary>
    public abstract Task StoreAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes the file that was written at <see cref="PathOf"/> an object for everybody, which a machine that loses its power may lose or cut short: for what is staged, and made
    /// durable by the copy that gives it its lasting name.
    /// </summary>
    public abstract Task StageAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Absolute paths of folders of this machine that hold whatever is fetched from, or written to, folders of the store.</summary>
    /// <param name="folders">Folders of the store, without a slash at the end.</param>
    public abstract IReadOnlyList<string> FoldersOf(IEnumerable<string> folders);

    /// <summary>Absolute path of the folder in which engines may make folders for what they spill.</summary>
    public abstract string SpillRoot { get; }

    /// <summary>Takes the files away that are not the store's own.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes the files away that are not the store's own.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
