namespace Lakehouse.ObjectStores;

/// <summary>
/// Where the lake's bytes lie. Paths are relative, with <c>/</c> between parts, no leading slash, no <c>..</c>. Guarantees every
/// implementation gives: a put is all or nothing and durable when it returns; <see cref="PutIfAbsentAsync"/> lets exactly one of many callers
/// win; what was put is read at once; a listing is complete and in ordinal order.
/// </summary>
public interface IObjectStore
{
    /// <summary>Reads a whole object.</summary>
    /// <returns>Its bytes, or null when there is none.</returns>
    Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Writes an object, replacing one that is there.</summary>
    Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Writes an object unless there is one.</summary>
    /// <returns>False when there is one already; it is left as it is.</returns>
    Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Objects whose path starts with a prefix, in ordinal order of their paths.</summary>
    /// <param name="prefix">Folder, ending in <c>/</c>, or empty for everything.</param>
    /// <param name="startAfter">Only paths after this one; null for all.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    Task<IReadOnlyList<ObjectSummary>> ListAsync(string prefix, string? startAfter = null, CancellationToken cancellationToken = default);

    /// <summary>Removes an object; nothing happens when there is none.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken = default);
}

/// <summary>One object of a listing.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="ModifiedAt">When it was last written (UTC).</param>
public sealed record ObjectSummary(string Path, long Bytes, DateTimeOffset ModifiedAt);
