using Lakehouse.ObjectStores;

namespace Lakehouse.Simulation;

/// <summary>Remembers what was deleted, so that the checker can look at files a vacuum has taken.</summary>
public sealed class ArchivingStore(IObjectStore inner) : DelegatingObjectStore(inner)
{
    private readonly Dictionary<string, byte[]> _deleted = new(StringComparer.Ordinal);

    /// <summary>Data files that were deleted.</summary>
    public int Deleted => _deleted.Keys.Count(p => p.EndsWith(".rows", StringComparison.Ordinal));

    /// <summary>An object as it was, also when it is deleted.</summary>
    public async Task<byte[]?> RecallAsync(string path) => await ReadAsync(path) ?? _deleted.GetValueOrDefault(path);

    public override async Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        if (await ReadAsync(path, cancellationToken) is { } content)
        {
            _deleted[path] = content;
        }

        await base.DeleteAsync(path, cancellationToken);
    }

    public override async Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken = default)
    {
        foreach (var path in paths)
        {
            await DeleteAsync(path, cancellationToken);
        }
    }
}
