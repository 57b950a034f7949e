using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Lakehouse.ObjectStores;

/// <summary>An object store in memory, for tests of what builds on stores.</summary>
/// <param name="time">Clock of the objects' ages. Default: the system's.</param>
public sealed class MemoryObjectStore(TimeProvider? time = null) : IObjectStore
{
    private const int PageSize = 1000;
    private readonly SortedDictionary<string, Entry> _objects = new(ObjectPath.Comparer);
    private readonly Lock _gate = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Find(path)?.Content.ToArray());
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadRangeAsync(string path, long offset, long count, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (Find(path)?.Content is not { } content)
        {
            return Task.FromResult<byte[]?>(null);
        }

        var from = (int)Math.Min(offset, content.Length);
        return Task.FromResult<byte[]?>(content.AsSpan(from, (int)Math.Min(count, content.Length - from)).ToArray());
    }

    /// <inheritdoc/>
    public Task<ObjectSummary?> HeadAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Find(path) is { } entry ? entry.Summary(path) : null);
    }

    /// <inheritdoc/>
    public Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            _objects[ObjectPath.Checked(path)] = EntryOf(content);
            return Task.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return Task.FromResult(_objects.TryAdd(ObjectPath.Checked(path), EntryOf(content)));
        }
    }

    /// <inheritdoc/>
    public async Task<string> UploadAsync(string path, string file, CancellationToken cancellationToken = default)
    {
        var entry = EntryOf(await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false));
        lock (_gate)
        {
            _objects[ObjectPath.Checked(path)] = entry;
            return entry.ETag;
        }
    }

    /// <inheritdoc/>
    public async Task<ObjectSummary?> DownloadAsync(string path, string file, CancellationToken cancellationToken = default)
    {
        if (Find(path) is not { } entry)
        {
            return null;
        }

        await File.WriteAllBytesAsync(file, entry.Content, cancellationToken).ConfigureAwait(false);
        return entry.Summary(path);
    }

    /// <inheritdoc/>
    public Task<bool> CopyAsync(string from, string to, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Find(from) is not { } entry)
        {
            return Task.FromResult(false);
        }

        lock (_gate)
        {
            _objects[ObjectPath.Checked(to)] = entry with { ModifiedAt = _time.GetUtcNow() };
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectSummary> EnumerateAsync(
        string prefix, string? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectPath.CheckedPrefix(prefix);
        var after = startAfter;
        List<ObjectSummary> page;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
            {
                page =
                [
                    .. _objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && (after is null || ObjectPath.Comparer.Compare(o.Key, after) > 0))
                        .Take(PageSize).Select(o => o.Value.Summary(o.Key)),
                ];
            }

            foreach (var summary in page)
            {
                yield return summary;
            }

            after = page.LastOrDefault()?.Path;
            // Never leaves the caller's thread: a simulation that schedules by seed builds on that.
            await Task.CompletedTask.ConfigureAwait(false);
        }
        while (page.Count == PageSize);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectPath.CheckedPrefix(folder);
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<string>>(
            [
                .. _objects.Keys.Where(k => k.StartsWith(folder, StringComparison.Ordinal) && k.IndexOf('/', folder.Length) > 0)
                    .Select(k => k[folder.Length..k.IndexOf('/', folder.Length)]).Distinct().Order(ObjectPath.Comparer),
            ]);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken = default) => DeleteAsync([path], cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            foreach (var path in paths)
            {
                _objects.Remove(ObjectPath.Checked(path));
            }

            return Task.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public Task DeleteFolderAsync(string folder, CancellationToken cancellationToken = default) => this.DeleteListedAsync(folder, cancellationToken);

    /// <inheritdoc/>
    public Task<int> SweepAsync(DateTimeOffset begunBefore, CancellationToken cancellationToken = default) => Task.FromResult(0);

    private Entry? Find(string path)
    {
        lock (_gate)
        {
            return _objects.GetValueOrDefault(ObjectPath.Checked(path));
        }
    }

    private Entry EntryOf(ReadOnlyMemory<byte> content) => new(content.ToArray(), _time.GetUtcNow(), Convert.ToHexStringLower(SHA256.HashData(content.Span)));

    private sealed record Entry(byte[] Content, DateTimeOffset ModifiedAt, string ETag)
    {
        public ObjectSummary Summary(string path) => new(path, Content.Length, ModifiedAt, ETag);
    }
}
