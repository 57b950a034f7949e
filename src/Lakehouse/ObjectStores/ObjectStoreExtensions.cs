namespace Lakehouse.ObjectStores;

/// <summary>What every object store can do by what it must.</summary>
public static class ObjectStoreExtensions
{
    /// <summary>Objects whose path starts with a prefix, in order, all at once; <see cref="IObjectStore.EnumerateAsync"/> holds a page at a time.</summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">What paths start with; see <see cref="IObjectStore.EnumerateAsync"/>.</param>
    /// <param name="startAfter">Only paths after this one; null for all.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public static async Task<IReadOnlyList<ObjectSummary>> ListAsync(
        this IObjectStore store, string prefix, string? startAfter = null, CancellationToken cancellationToken = default)
    {
        var found = new List<ObjectSummary>();
        await foreach (var summary in store.EnumerateAsync(prefix, startAfter, cancellationToken).ConfigureAwait(false))
        {
            found.Add(summary);
        }

        return found;
    }

    /// <summary>Removes every object under a folder, a page of the listing at a time.</summary>
    internal static async Task DeleteListedAsync(this IObjectStore store, string folder, CancellationToken cancellationToken)
    {
        const int Batch = 1000;
        var paths = new List<string>(Batch);
        await foreach (var summary in store.EnumerateAsync(ObjectPath.CheckedFolder(folder), null, cancellationToken).ConfigureAwait(false))
        {
            paths.Add(summary.Path);
            if (paths.Count == Batch)
            {
                await store.DeleteAsync(paths, cancellationToken).ConfigureAwait(false);
                paths.Clear();
            }
        }

        await store.DeleteAsync(paths, cancellationToken).ConfigureAwait(false);
    }
}
