namespace Lakehouse.DuckDb;

/// <summary>
/// A folder for what one instance spills. A file in it is locked as long as its owner lives, so whoever makes the next one can tell and
/// remove those of processes that were killed.
/// </summary>
internal sealed class SpillFolder : IDisposable
{
    private const string LockFile = "owner.lock";
    private readonly FileStream _lock;

    private SpillFolder(string path, FileStream owner)
    {
        Path = path;
        _lock = owner;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Makes a folder under a root, and removes those that nobody owns any more.</summary>
    public static SpillFolder Create(string root)
    {
        Directory.CreateDirectory(root);
        foreach (var old in Directory.EnumerateDirectories(root))
        {
            RemoveAbandoned(old);
        }

        // Locked before it has its name: no other can take it for abandoned in between.
        var id = Guid.NewGuid().ToString("N");
        var hidden = System.IO.Path.Combine(root, "." + id);
        Directory.CreateDirectory(hidden);
        var owner = Lock(System.IO.Path.Combine(hidden, LockFile), FileMode.CreateNew);
        var path = System.IO.Path.Combine(root, id);
        Directory.Move(hidden, path);
        return new SpillFolder(path, owner);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        _lock.Dispose();
    }

    private static void RemoveAbandoned(string folder)
    {
        var file = System.IO.Path.Combine(folder, LockFile);
        if (System.IO.Path.GetFileName(folder).StartsWith('.') || !File.Exists(file))
        {
            return;
        }

        try
        {
            using var owner = Lock(file, FileMode.Open);
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // Locked: its owner lives. Gone: another has removed it.
            return;
        }
    }

    private static FileStream Lock(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.None);
}
