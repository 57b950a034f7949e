using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Lakehouse.ObjectStores;

/// <summary>
/// A folder as an object store. An object is first written under a temporary name and synced, then gets its name by <c>link</c> (fails when
/// the name exists: put-if-absent) or <c>rename</c> (replaces); then its folder is synced. A crash leaves at most a temporary file, which no listing
/// shows and <see cref="SweepAsync"/> takes away.
/// </summary>
public sealed class LocalObjectStore : IObjectStore
{
    private const string TemporaryMark = ".tmp-";
    private const int TemporaryDigits = 32;
    private const int BufferSize = 1 << 20;

    /// <summary>Opens the folder, creating it when it is not there.</summary>
    public LocalObjectStore(string root)
    {
        Root = Path.GetFullPath(root);
        Directory.CreateDirectory(Root);
    }

    /// <summary>Absolute path of the folder.</summary>
    public string Root { get; }

    /// <inheritdoc/>
    public int SeriesLength => 32;

    /// <summary>Absolute path of an object, for the engine, which reads and writes files itself.</summary>
    /// <exception cref="ArgumentException">The path is not one of a store.</exception>
    public string LocalPath(string path) => Path.Combine(Root, ObjectPath.Checked(path));

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = LocalPath(path);
        if (!File.Exists(file))
        {
            return null; // Most often asked for what is not there yet: the next commit.
        }

        try
        {
            return await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ReadRangeAsync(string path, long offset, long count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        try
        {
            using var file = File.OpenHandle(LocalPath(path), options: FileOptions.Asynchronous);
            var bytes = new byte[Math.Clamp(RandomAccess.GetLength(file) - offset, 0, count)];
            var read = 0;
            while (read < bytes.Length && await RandomAccess.ReadAsync(file, bytes.AsMemory(read), offset + read, cancellationToken).ConfigureAwait(false) is > 0 and var some)
            {
                read += some;
            }

            return read == bytes.Length ? bytes : throw new EndOfStreamException($"'{path}' ended after {offset + read} bytes while it was read: expected {offset + bytes.Length}.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<ObjectSummary?> HeadAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = new FileInfo(LocalPath(path));
        return Task.FromResult(file.Exists ? Summary(path, file) : null);
    }

    /// <inheritdoc/>
    public async Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var target = LocalPath(path);
        Rename(await WriteTemporaryAsync(target, content, cancellationToken).ConfigureAwait(false), target);
    }

    /// <inheritdoc/>
    public async Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        await PutSeriesIfAbsentAsync([(path, content)], cancellationToken).ConfigureAwait(false) == 1;

    /// <inheritdoc/>
    public async Task<int> PutSeriesIfAbsentAsync(IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> objects, CancellationToken cancellationToken = default)
    {
        string[] targets = [.. objects.Select(o => LocalPath(o.Path))];
        if (targets.Length == 0 || File.Exists(targets[0]))
        {
            return 0;
        }

        // The bytes become durable side by side: the disk takes them in few flushes. The names are given one after the other, and their folder is synced once.
        var writes = targets.Select((t, i) => targets.Length == 1
            ? WriteTemporaryAsync(t, objects[i].Content, cancellationToken)
            : Task.Run(() => WriteTemporaryAsync(t, objects[i].Content, cancellationToken), CancellationToken.None)).ToArray();
        var count = 0;
        try
        {
            var temporaries = await Task.WhenAll(writes).ConfigureAwait(false);
            FailPoint.Hit("store.before-write");
            while (count < targets.Length && FileNames.TryLink(temporaries[count], targets[count]))
            {
                count++;
            }

            if (count > 0)
            {
                FailPoint.Hit("store.after-write");
            }
        }
        finally
        {
            foreach (var written in writes.Where(w => w.IsCompletedSuccessfully))
            {
                File.Delete(await written.ConfigureAwait(false));
            }
        }

        foreach (var target in targets.Take(count).DistinctBy(Path.GetDirectoryName))
        {
            FileNames.SyncFolder(target);
        }

        return count;
    }

    /// <inheritdoc/>
    public async Task<string> UploadAsync(string path, string file, CancellationToken cancellationToken = default)
    {
        var target = LocalPath(path);
        FileNames.CreateFolder(Path.GetDirectoryName(target)!);
        var temporary = Temporary(target);
        await CopyAsync(file, temporary, durable: true, cancellationToken).ConfigureAwait(false);
        var summary = Summary(path, new FileInfo(temporary));
        Rename(temporary, target);
        return summary.ETag;
    }

    /// <summary>The folder.</summary>
    public override string ToString() => Root;

    /// <inheritdoc/>
    public async Task<ObjectSummary?> DownloadAsync(string path, string file, CancellationToken cancellationToken = default)
    {
        var source = new FileInfo(LocalPath(path));
        var temporary = Temporary(file);
        try
        {
            await CopyAsync(source.FullName, temporary, durable: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && !source.Exists)
        {
            return null;
        }

        File.Move(temporary, file, overwrite: true);
        return Summary(path, source);
    }

    /// <inheritdoc/>
    public Task<bool> CopyAsync(string from, string to, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (source, target) = (LocalPath(from), LocalPath(to));
        if (!File.Exists(source))
        {
            return Task.FromResult(false);
        }

        // A second name for the same bytes: an object is replaced, never changed in place, so that neither name can change what the other shows. Where there was none the name comes
        // first, so that bytes and names go to the disk together, in one flush instead of one for each.
        var folders = FileNames.MakeFolder(Path.GetDirectoryName(target)!);
        var isNew = FileNames.TryLink(source, target);
        FileNames.Sync(source);
        if (isNew)
        {
            FileNames.SyncFolder(target);
        }
        else
        {
            var temporary = Temporary(target);
            FileNames.TryLink(source, temporary);
            Rename(temporary, target);
            File.Delete(temporary); // It is still there when both were names of one file already.
        }

        foreach (var folder in folders)
        {
            FileNames.SyncFolder(folder);
        }

        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectSummary> EnumerateAsync(
        string prefix, string? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectPath.CheckedPrefix(prefix);
        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        foreach (var file in FilesOf(folder, prefix, startAfter))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var info = new FileInfo(Path.Combine(Root, file));
            if (info.Exists) // Otherwise it was deleted since.
            {
                yield return Summary(file, info);
            }
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<string>>(
        [
            .. EntriesOf(ObjectPath.CheckedPrefix(folder)).OfType<DirectoryInfo>().Select(d => d.Name).Where(d => FilesOf($"{folder}{d}/", "", null).Any()).Order(ObjectPath.Comparer),
        ]);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken = default) => DeleteAsync([path], cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken = default)
    {
        foreach (var path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = LocalPath(path);
            if (File.Exists(target))
            {
                File.Delete(target);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DeleteFolderAsync(string folder, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Directory.Delete(Path.Combine(Root, ObjectPath.CheckedFolder(folder)), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing under it, or others are deleting it too.
            return Task.CompletedTask;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<int> SweepAsync(DateTimeOffset begunBefore, CancellationToken cancellationToken = default)
    {
        var swept = 0;
        foreach (var file in new DirectoryInfo(Root).EnumerateFiles("*" + TemporaryMark + "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsTemporary(file.Name) && file.LastWriteTimeUtc < begunBefore.UtcDateTime)
            {
                file.Delete();
                swept++;
            }
        }

        return Task.FromResult(swept);
    }

    /// <summary>Makes a file that the engine has written durable, and its name with it.</summary>
    public void Sync(string path)
    {
        FileNames.Sync(LocalPath(path));
        FileNames.SyncFolder(LocalPath(path));
    }

    /// <summary>Paths under a folder, depth first. Entries are ordered as paths: a folder stands where its name and a slash belong.</summary>
    private IEnumerable<string> FilesOf(string folder, string prefix, string? startAfter)
    {
        var entries = EntriesOf(folder)
            .Select(e => e is DirectoryInfo ? $"{folder}{e.Name}/" : folder + e.Name)
            .Where(e => e.StartsWith(prefix, StringComparison.Ordinal) && !IsTemporary(e))
            .Where(e => startAfter is null || ObjectPath.Comparer.Compare(e, startAfter) > 0 || (e[^1] == '/' && startAfter.StartsWith(e, StringComparison.Ordinal)))
            .Order(ObjectPath.Comparer);
        foreach (var entry in entries)
        {
            if (entry[^1] != '/')
            {
                yield return entry;
                continue;
            }

            foreach (var file in FilesOf(entry, prefix, startAfter))
            {
                yield return file;
            }
        }
    }

    private FileSystemInfo[] EntriesOf(string folder)
    {
        try
        {
            return new DirectoryInfo(Path.Combine(Root, folder)).GetFileSystemInfos();
        }
        catch (DirectoryNotFoundException)
        {
            return []; // It never was, or has been deleted meanwhile.
        }
    }

    private static ObjectSummary Summary(string path, FileInfo file) => new(
        path, file.Length, file.LastWriteTimeUtc, string.Create(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}"));

    private static string Temporary(string target) => $"{target}{TemporaryMark}{Guid.NewGuid():N}";

    private static bool IsTemporary(string path) =>
        path.Length > TemporaryMark.Length + TemporaryDigits
        && path.AsSpan(path.Length - TemporaryDigits - TemporaryMark.Length).StartsWith(TemporaryMark, StringComparison.Ordinal)
        && path.AsSpan(path.Length - TemporaryDigits).IndexOfAnyExcept(SearchValues.Create("0123456789abcdef")) < 0;

    /// <summary>Replaces the target by a temporary file; the new name is durable afterwards.</summary>
    private static void Rename(string temporary, string target)
    {
        try
        {
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FileNames.SyncFolder(target);
    }

    private static async Task<string> WriteTemporaryAsync(string target, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        FileNames.CreateFolder(Path.GetDirectoryName(target)!);
        var temporary = Temporary(target);
        try
        {
            using var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None);
            await RandomAccess.WriteAsync(file, content, 0, cancellationToken).ConfigureAwait(false);
            Stamp(file);
            RandomAccess.FlushToDisk(file);
            return temporary;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>The kernel's own stamps are some milliseconds apart, too coarse to tell two writes of the same size apart.</summary>
    private static void Stamp(SafeFileHandle file) => File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime);

    /// <summary>Copies a file to a new one, which is taken away again when that fails.</summary>
    private static async Task CopyAsync(string from, string to, bool durable, CancellationToken cancellationToken)
    {
        var input = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using (input.ConfigureAwait(false))
        {
            try
            {
                var output = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
                await using (output.ConfigureAwait(false))
                {
                    await input.CopyToAsync(output, BufferSize, cancellationToken).ConfigureAwait(false);
                    Stamp(output.SafeFileHandle);
                    output.Flush(durable);
                }
            }
            catch
            {
                File.Delete(to);
                throw;
            }
        }
    }
}
