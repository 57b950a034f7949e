using Lakehouse.ObjectStores;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Tables.Crash;

/// <summary>On disk.</summary>
public sealed class FolderKillTests : KillTests, IDisposable
{
    private readonly TempDir _folder = new();

    public void Dispose() => _folder.Dispose();

    internal override Task<CrashPlace> OpenAsync(string name, string? from)
    {
        var root = _folder.At(name);
        foreach (var file in from is null ? [] : Directory.EnumerateFiles(_folder.At(from), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(root, Path.GetRelativePath(_folder.At(from!), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return Task.FromResult(new CrashPlace(root, new LocalObjectStore(root), () => null));
    }
}
