namespace Lakehouse.ObjectStores;

/// <summary>A store in front of another, which does what is not overridden.</summary>
/// <param name="inner">The store behind.</param>
public abstract class DelegatingObjectStore(IObjectStore inner) : IObjectStore
{
    /// <inheritdoc/>
    public virtual IReadOnlyDictionary<StorageTier, string> TierClasses => inner.TierClasses;

    /// <inheritdoc/>
    public virtual Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default) => inner.ReadAsync(path, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<byte[]?> ReadRangeAsync(string path, long offset, long count, CancellationToken cancellationToken = default) =>
        inner.ReadRangeAsync(path, offset, count, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<ObjectSummary?> HeadAsync(string path, CancellationToken cancellationToken = default) => inner.HeadAsync(path, cancellationToken);

    /// <inheritdoc/>
    public virtual Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        inner.PutAsync(path, content, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        inner.PutIfAbsentAsync(path, content, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<string> UploadAsync(string path, string file, CancellationToken cancellationToken = default) => inner.UploadAsync(path, file, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<ObjectSummary?> DownloadAsync(string path, string file, CancellationToken cancellationToken = default) =>
        inner.DownloadAsync(path, file, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<bool> CopyAsync(string from, string to, CancellationToken cancellationToken = default) => inner.CopyAsync(from, to, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<bool> MoveToAsync(string path, StorageTier tier, CancellationToken cancellationToken = default) => inner.MoveToAsync(path, tier, cancellationToken);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<ObjectSummary> EnumerateAsync(string prefix, string? startAfter = null, CancellationToken cancellationToken = default) =>
        inner.EnumerateAsync(prefix, startAfter, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken = default) =>
        inner.ListFoldersAsync(folder, cancellationToken);

    /// <inheritdoc/>
    public virtual Task DeleteAsync(string path, CancellationToken cancellationToken = default) => inner.DeleteAsync(path, cancellationToken);

    /// <inheritdoc/>
    public virtual Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken = default) => inner.DeleteAsync(paths, cancellationToken);

    /// <inheritdoc/>
    public virtual Task DeleteFolderAsync(string folder, CancellationToken cancellationToken = default) => inner.DeleteFolderAsync(folder, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<int> SweepAsync(DateTimeOffset begunBefore, CancellationToken cancellationToken = default) =>
        inner.SweepAsync(begunBefore, cancellationToken);
}
