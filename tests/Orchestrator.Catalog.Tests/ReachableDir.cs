using Orchestrator.TestKit;

namespace Orchestrator.Catalog.Tests;

/// <summary>A folder that other accounts may pass through: where tests run as root, Postgres runs as somebody else.</summary>
public sealed class ReachableDir : IDisposable
{
    private readonly TempDir _dir = new();

    public ReachableDir() => File.SetUnixFileMode(_dir.Root, File.GetUnixFileMode(_dir.Root) | UnixFileMode.OtherExecute);

    public string At(string name) => _dir.At(name);

    public void Dispose() => _dir.Dispose();
}
