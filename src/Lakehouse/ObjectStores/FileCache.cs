using System.Security.Cryptography;
using System.Text;

namespace Lakehouse.ObjectStores;

/// <summary>
/// Copies of a store's objects on this machine's disk, by path and content identity: an object that was replaced is fetched again. Least recently used
/// copies go first when there are too many bytes. Work that uses a copy has a link of its own to it, so that nothing in use goes away. Several processes
/// may share one folder.
/// </summary>
public sealed class FileCache
{
    private const int Stripes = 64;
    private readonly string _objects;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim[] _fetching = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];
    private readonly Lock _gate = new();
    private long _bytes;

    /// <summary>Opens the cache, creating its folder when it is not there.</summary>
    /// <param name="folder">Its folder, for one store only.</param>
    /// <param name="maxBytes">How many bytes of copies it keeps; what is in use comes on top.</param>
    /// <param name="time">Clock of the copies' ages. Default: the system's.</param>
    public FileCache(string folder, long maxBytes, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        Folder = Path.GetFullPath(folder);
        MaxBytes = maxBytes;
        _time = time ?? TimeProvider.System;
        _objects = Path.Combine(Folder, "objects");
        WorkFolder = Path.Combine(Folder, "work");
        Directory.CreateDirectory(_objects);
        Directory.CreateDirectory(WorkFolder);
        _bytes = Copies().Sum(c => c.Length);
    }

    /// <summary>Absolute path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Absolute path of the folder that holds the folders of all pieces of work.</summary>
    internal string WorkFolder { get; }

    /// <summary>How many bytes of copies are kept.</summary>
    public long MaxBytes { get; }

    /// <summary>How many fetches found a copy, since the cache was opened.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>How many fetches had to download.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    private long _hits;
    private long _misses;

    /// <summary>A new folder for one piece of work, on the file system of the copies.</summary>
    internal string CreateWorkFolder() => Directory.CreateDirectory(Path.Combine(WorkFolder, $"{Environment.ProcessId}-{Guid.NewGuid():N}")).FullName;

    /// <summary>Links an object's copy to a file, downloading it when there is none.</summary>
    internal async Task LinkAsync(IObjectStore store, string path, string file, CancellationToken cancellationToken)
    {
        var head = await store.HeadAsync(path, cancellationToken).ConfigureAwait(false) ?? throw StoreErrors.Missing(path, store.ToString()!);
        var copy = CopyOf(path, head.ETag);
        var fetching = _fetching[(uint)StringComparer.Ordinal.GetHashCode(copy) % Stripes];
        await fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (TryLink(copy, file))
            {
                Interlocked.Increment(ref _hits);
                return;
            }

            Interlocked.Increment(ref _misses);
            var seen = await store.DownloadAsync(path, file, cancellationToken).ConfigureAwait(false) ?? throw StoreErrors.Missing(path, store.ToString()!);
            Add(path, seen.ETag, file);
        }
        finally
        {
            fetching.Release();
        }
    }

    /// <summary>Keeps a file as the copy of an object.</summary>
    internal void Add(string path, string etag, string file)
    {
        var copy = CopyOf(path, etag);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        var info = new FileInfo(file);
        if (info.Length > MaxBytes || !FileNames.TryLink(file, copy))
        {
            return;
        }

        lock (_gate)
        {
            _bytes += info.Length;
            Touch(copy);
            if (_bytes > MaxBytes)
            {
                Evict();
            }
        }
    }

    /// <summary>Takes away the folders of work that died: processes that are gone.</summary>
    /// <returns>How many.</returns>
    public int SweepWork()
    {
        var swept = 0;
        foreach (var folder in Directory.EnumerateDirectories(WorkFolder))
        {
            var process = Path.GetFileName(folder).Split('-')[0];
            if (process != $"{Environment.ProcessId}" && !Directory.Exists($"/proc/{process}"))
            {
                Directory.Delete(folder, recursive: true);
                swept++;
            }
        }

        return swept;
    }

    private bool TryLink(string copy, string file)
    {
        try
        {
            if (!File.Exists(copy))
            {
                return false;
            }

            File.Delete(file);
            FileNames.TryLink(copy, file);
            Touch(copy);
            return true;
        }
        catch (IOException) when (!File.Exists(copy))
        {
            return false; // Evicted between the look and the link.
        }
    }

    /// <summary>Oldest first, down to nine tenths, so that not every new copy costs a walk. Other processes' copies are found by the walk and count.</summary>
    private void Evict()
    {
        var copies = Copies().OrderBy(c => c.LastWriteTimeUtc).ToList();
        _bytes = copies.Sum(c => c.Length);
        foreach (var copy in copies.TakeWhile(_ => _bytes > MaxBytes - (MaxBytes / 10)))
        {
            File.Delete(copy.FullName);
            _bytes -= copy.Length;
        }
    }

    private IEnumerable<FileInfo> Copies() => new DirectoryInfo(_objects).EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.Exists);

    private void Touch(string copy) => File.SetLastWriteTimeUtc(copy, _time.GetUtcNow().UtcDateTime);

    private string CopyOf(string path, string etag)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{path}\n{etag}")));
        return Path.Combine(_objects, key[..2], key);
    }
}
