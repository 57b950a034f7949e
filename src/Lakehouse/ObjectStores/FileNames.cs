using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lakehouse.ObjectStores;

/// <summary>What the file system promises about names, which .NET does not offer: links, and names that survive a power cut.</summary>
internal static partial class FileNames
{
    private const int FileExists = 17; // EEXIST

    /// <summary>Gives a file a second name.</summary>
    /// <returns>False when the name is taken.</returns>
    public static bool TryLink(string existing, string created)
    {
        if (Link(existing, created) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == FileExists ? false : throw new IOException($"'{created}' could not be created: {new Win32Exception(error).Message}", error);
    }

    /// <summary>Makes a file's bytes durable.</summary>
    public static void Sync(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Makes a file's name durable: a new name is only once its folder is.</summary>
    public static void SyncFolder(string target)
    {
        var folder = Path.GetDirectoryName(target)!;
        using var handle = new SafeFileHandle(Open(folder, 0), ownsHandle: true);
        if (handle.IsInvalid || Fsync((int)handle.DangerousGetHandle()) != 0)
        {
            throw new IOException($"Folder '{folder}' could not be synced: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    /// <summary>Creates a folder and those above it, each made durable in its parent: a synced file in a folder that a crash takes away is lost with it.</summary>
    public static void CreateFolder(string folder)
    {
        foreach (var made in MakeFolder(folder))
        {
            SyncFolder(made);
        }
    }

    /// <summary>Creates a folder and those above it.</summary>
    /// <returns>Those that were not there, the outermost first: their names are not durable yet.</returns>
    public static IReadOnlyList<string> MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return [];
        }

        var above = MakeFolder(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        return [.. above, folder];
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string existing, string created);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);
}
