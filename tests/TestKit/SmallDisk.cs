using System.Diagnostics;

namespace Orchestrator.TestKit;

/// <summary>A folder whose disk holds only so much. Needs the right to mount a tmpfs: <see cref="TryMountAsync"/> tells.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly TempDir _folder = new();

    private SmallDisk()
    {
    }

    /// <summary>The folder.</summary>
    public string Root => _folder.Root;

    /// <summary>A disk of that many KiB, or null where mounting is not allowed.</summary>
    public static async Task<SmallDisk?> TryMountAsync(int kibibytes)
    {
        var disk = new SmallDisk();
        if (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", disk.Root) == 0)
        {
            return disk;
        }

        disk._folder.Dispose();
        return null;
    }

    /// <summary>A path on the disk.</summary>
    public string At(string name) => _folder.At(name);

    /// <summary>Unmounts it; what was on it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", Root);
        _folder.Dispose();
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
