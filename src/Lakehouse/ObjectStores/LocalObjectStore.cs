using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lakehouse.ObjectStores;

/// <summary>
/// A folder as an object store. An object is first written under a temporary name and synced, then gets its name by <c>link</c> (fails when
/// the name exists: put-if-absent) or <c>rename</c> (replaces); then its folder is synced. A crash leaves at most a temporary file.
/// </summary>
public sealed partial class LocalObjectStore : IObjectStore
{
    private const string TemporaryMark = ".tmp-";
    private const int FileExists = 17; // EEXIST

    /// <summary>Opens the folder, creating it when it is not there.</summary>
    public LocalObjectStore(string root)
    {
        Root = Path.GetFullPath(root);
        Directory.CreateDirectory(Root);
    }

    /// <summary>Absolute path of the folder.</summary>
    public string Root { get; }

    /// <summary>Absolute path of an object, for the engine, which reads and writes files itself.</summary>
    /// <exception cref="ArgumentException">The path is not one of a store.</exception>
    public string LocalPath(string path)
    {
        if (path.Length == 0 || path[0] == '/' || path.Split('/').Any(p => p is "" or "." or ".."))
        {
            throw new ArgumentException($"'{path}' is not a path of an object store: expected parts joined by '/', none of them empty or '..'.", nameof(path));
        }

        return Path.Combine(Root, path);
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            return await File.ReadAllBytesAsync(LocalPath(path), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var target = LocalPath(path);
        var temporary = await WriteTemporaryAsync(target, content, cancellationToken).ConfigureAwait(false);
        try
        {
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncFolder(target);
    }

    /// <inheritdoc/>
    public async Task<bool> PutIfAbsentAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var target = LocalPath(path);
        if (File.Exists(target))
        {
            return false;
        }

        var temporary = await WriteTemporaryAsync(target, content, cancellationToken).ConfigureAwait(false);
        try
        {
            if (Link(temporary, target) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                return error == FileExists ? false : throw new IOException($"'{target}' could not be created: {new Win32Exception(error).Message}", error);
            }
        }
        finally
        {
            File.Delete(temporary);
        }

        SyncFolder(target);
        return true;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ObjectSummary>> ListAsync(string prefix, string? startAfter = null, CancellationToken cancellationToken = default)
    {
        var folder = prefix.Length == 0 ? Root : LocalPath(prefix.TrimEnd('/'));
        var found = new List<ObjectSummary>();
        if (Directory.Exists(folder))
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var path = Path.GetRelativePath(Root, file.FullName).Replace('\\', '/');
                if (!file.Name.Contains(TemporaryMark, StringComparison.Ordinal) && (startAfter is null || string.CompareOrdinal(path, startAfter) > 0))
                {
                    found.Add(new ObjectSummary(path, file.Length, file.LastWriteTimeUtc));
                }
            }
        }

        found.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return Task.FromResult<IReadOnlyList<ObjectSummary>>(found);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        var target = LocalPath(path);
        if (File.Exists(target))
        {
            File.Delete(target);
        }

        return Task.CompletedTask;
    }

    /// <summary>Makes a file that the engine has written durable, and its name with it.</summary>
    public void Sync(string path)
    {
        using (var file = File.OpenHandle(LocalPath(path), FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.FlushToDisk(file);
        }

        SyncFolder(LocalPath(path));
    }

    private static async Task<string> WriteTemporaryAsync(string target, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        CreateFolder(Path.GetDirectoryName(target)!);
        var temporary = $"{target}{TemporaryMark}{Guid.NewGuid():N}";
        try
        {
            using var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None);
            await RandomAccess.WriteAsync(file, content, 0, cancellationToken).ConfigureAwait(false);
            RandomAccess.FlushToDisk(file);
            return temporary;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Creates a folder and those above it, each made durable in its parent: a synced file in a folder that a crash takes away is lost with it.</summary>
    private static void CreateFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            CreateFolder(Path.GetDirectoryName(folder)!);
            Directory.CreateDirectory(folder);
            SyncFolder(folder);
        }
    }

    /// <summary>A new name is durable only once its folder is.</summary>
    private static void SyncFolder(string target)
    {
        var folder = Path.GetDirectoryName(target)!;
        using var handle = new SafeFileHandle(Open(folder, 0), ownsHandle: true);
        if (handle.IsInvalid || Fsync((int)handle.DangerousGetHandle()) != 0)
        {
            throw new IOException($"Folder '{folder}' could not be synced: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string existing, string created);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);
}
