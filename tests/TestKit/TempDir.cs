namespace Orchestrator.TestKit;

/// <summary>A folder of its own for one test, removed with everything in it on disposal.</summary>
public sealed class TempDir : IDisposable
{
    /// <summary>Creates the folder under the system's temporary folder.</summary>
    public TempDir() => Root = Directory.CreateTempSubdirectory("orch-test-").FullName;

    /// <summary>Absolute path of the folder.</summary>
    public string Root { get; }

    /// <summary>A path inside the folder.</summary>
    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);
}
