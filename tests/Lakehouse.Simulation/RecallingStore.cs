using Lakehouse.ObjectStores;

namespace Lakehouse.Simulation;

/// <summary>The checker's view: nothing was ever deleted.</summary>
public sealed class RecallingStore(ArchivingStore archive) : DelegatingObjectStore(archive)
{
    public override Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken = default) => archive.RecallAsync(path);
}
