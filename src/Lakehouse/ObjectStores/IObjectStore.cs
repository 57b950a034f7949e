namespace Lakehouse.ObjectStores;

/// <summary>
/// Where the lake's bytes lie. Paths are relative, with <c>/</c> between parts, no leading slash, no part that is empty, <c>.</c> or <c>..</c>; no object's
/// path is the folder of another's. Guarantees every implementation gives:
/// <list type="bullet">
/// <item>a put, an upload and a copy are all or nothing, and durable when they return: no reader sees half an object;</item>
/// <item><see cref="PutIfAbsentAsync"/> lets exactly one of many callers win, in any number of processes, also where replies are lost;</item>
/// <item>what was written is read, found by <see cref="HeadAsync"/> and listed at once, by everybody; what was deleted is gone at once;</item>
/// <item>a listing is complete and in the order of <see cref="ObjectPath.Comparer"/>; "after" a path excludes the path itself;</item>
/// <item>a read gives the whole of one version of an object or fails; it never gives fewer bytes than there are.</item>
/// </list>
/// A store that cannot be reached or refuses raises <see cref="LakehouseException"/> with a code that begins with <c>store.</c>, after it has tried
/// again as often as makes sense; its texts name objects, never credentials. Safe for use by several threads.
/// </summary>
public interface IObjectStore
{
    /// <summary>Reads a whole object.</summary>
    /// <returns>Its bytes, or null when there is none.</returns>
    Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Reads a part of an object.</summary>
    /// <param name="path">The object.</param>
    /// <param name="offset">First byte, from 0.</param>
    /// <param name="count">How many bytes, from 0.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <returns>The bytes, fewer than asked for only where the object ends (none at or past its end); null when there is no object.</returns>
    Task<byte[]?> ReadRangeAsync(string path, long offset, long count, CancellationToken cancellationToken = default);

    /// <summary>Size, identity and age of an object; null when there is none.</summary>
    Task<ObjectSummary?> HeadAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Writes an object, replacing one that is there.</summary>
    Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Writes an object unless there is one.</summary>
    /// <returns>False when there is one already; it is left as it is.</returns>
    Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>How many objects of a series cost about as much as one. Default: 1, each is written by itself.</summary>
    int SeriesLength => 1;

    /// <summary>
    /// Writes objects one after the other, each unless there is one, up to the first that is there: nobody ever sees one of them without those before it. A store
    /// that makes them durable together is faster than that many puts.
    /// </summary>
    /// <returns>How many were written, from the first on. After an error it is not known how many.</returns>
    async Task<int> PutSeriesIfAbsentAsync(IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> objects, CancellationToken cancellationToken = default)
    {
        var count = 0;
        while (count < objects.Count && await PutIfAbsentAsync(objects[count].Path, objects[count].Content, cancellationToken).ConfigureAwait(false))
        {
            count++;
        }

        return count;
    }

    /// <summary>Writes an object from a local file of any size, replacing one that is there; memory stays bounded.</summary>
    /// <param name="path">The object.</param>
    /// <param name="file">The file; nobody may change it meanwhile.</param>
    /// <param name="cancellationToken">Ends the upload; nothing is stored then.</param>
    /// <returns>Identity of the stored content, as <see cref="ObjectSummary.ETag"/>.</returns>
    Task<string> UploadAsync(string path, string file, CancellationToken cancellationToken = default);

    /// <summary>Writes an object into a local file, in parallel ranges where that is faster; memory stays bounded.</summary>
    /// <param name="path">The object.</param>
    /// <param name="file">The file; made or replaced only when the whole object has arrived.</param>
    /// <param name="cancellationToken">Ends the download; the file is left as it was.</param>
    /// <returns>What was downloaded; null when there is no object.</returns>
    Task<ObjectSummary?> DownloadAsync(string path, string file, CancellationToken cancellationToken = default);

    /// <summary>Gives an object's bytes a second path, replacing an object that is there, without moving them through this process where the store can.</summary>
    /// <returns>False when there is no object to copy.</returns>
    Task<bool> CopyAsync(string from, string to, CancellationToken cancellationToken = default);

    /// <summary>Objects whose path starts with a prefix, in order, fetched page by page as they are asked for.</summary>
    /// <param name="prefix">What paths start with: a folder ending in <c>/</c>, a folder and the beginning of a name, or empty for everything.</param>
    /// <param name="startAfter">Only paths after this one; null for all.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<ObjectSummary> EnumerateAsync(string prefix, string? startAfter = null, CancellationToken cancellationToken = default);

    /// <summary>Names of the folders directly under a folder that hold at least one object, in order.</summary>
    /// <param name="folder">The folder, ending in <c>/</c>, or empty for the store's root.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken = default);

    /// <summary>Removes an object; nothing happens when there is none.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Removes many objects, those that are there, in no order.</summary>
    Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken = default);

    /// <summary>Removes every object under a folder, those that are there when it is called at least.</summary>
    /// <param name="folder">The folder, ending in <c>/</c>; not empty.</param>
    /// <param name="cancellationToken">Ends it; what is not deleted yet stays.</param>
    Task DeleteFolderAsync(string folder, CancellationToken cancellationToken = default);

    /// <summary>Classes of storage that objects can be moved to, by tier. Default: none, all objects lie alike.</summary>
    IReadOnlyDictionary<StorageTier, string> TierClasses => System.Collections.Frozen.FrozenDictionary<StorageTier, string>.Empty;

    /// <summary>Moves an object to a tier, without moving its bytes through this process. Its path and bytes stay, its times and identity may change.</summary>
    /// <returns>False when there is no object.</returns>
    /// <exception cref="LakehouseException"><c>store.tier</c>: the store has no such tier.</exception>
    Task<bool> MoveToAsync(string path, StorageTier tier, CancellationToken cancellationToken = default) =>
        throw new LakehouseException("store.tier", $"'{path}' cannot be moved to tier '{tier}': the store '{this}' has none.");

    /// <summary>Takes away what writes that were begun before a time and never ended have left: temporary files, parts of uploads.</summary>
    /// <returns>How many were taken away.</returns>
    Task<int> SweepAsync(DateTimeOffset begunBefore, CancellationToken cancellationToken = default);
}
