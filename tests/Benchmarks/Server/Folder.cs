namespace Orchestrator.Benchmarks.Server;

/// <summary>A folder for one measurement.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orch-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
