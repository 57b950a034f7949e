namespace Lakehouse.ObjectStores;

/// <summary>An object store in memory, for tests of what builds on stores.</summary>
public sealed class MemoryObjectStore : IObjectStore
{
    private readonly SortedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return Task.FromResult(_objects.GetValueOrDefault(path));
        }
    }

    /// <inheritdoc/>
    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _objects[path] = content.ToArray();
            return Task.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return Task.FromResult(_objects.TryAdd(path, content.ToArray()));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ObjectSummary>> ListAsync(string prefix, string? startAfter = null, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<ObjectSummary>>(
            [
                .. _objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && (startAfter is null || string.CompareOrdinal(o.Key, startAfter) > 0))
                    .Select(o => new ObjectSummary(o.Key, o.Value.Length, DateTimeOffset.UnixEpoch)),
            ]);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _objects.Remove(path);
            return Task.CompletedTask;
        }
    }
}
