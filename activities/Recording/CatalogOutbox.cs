using System.Text;
using System.Threading.Channels;
using Lakehouse.ObjectStores;

namespace Orchestrator.Activities.Recording;

/// <summary>
/// What a catalog has yet to learn: for each object of the lake that tells something new, an entry <c>_catalog/outbox/{path}</c> until the catalog has it. Nothing is written while the lake has no
/// catalog; from the moment that it has one, whoever writes, with or without a catalog of his own, leaves entries.
/// </summary>
/// <param name="store">The lake's bytes.</param>
public sealed class CatalogOutbox(IObjectStore store)
{
    private const string Folder = "_catalog/outbox/";

    /// <summary>Object whose being there says that the lake has a catalog; its text is the lake's id.</summary>
    private const string Mark = "_catalog/lake";

    /// <summary>Several entries are one change.</summary>
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>The lake's id; null while it has no catalog.</summary>
    public async Task<string?> LakeIdAsync(CancellationToken cancellationToken) => await store.ReadAsync(Mark, cancellationToken) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Gives the lake a catalog, or finds that it has one: from now on what happens is noted for it.</summary>
    /// <returns>The lake's id.</returns>
    public async Task<string> AttachAsync(CancellationToken cancellationToken)
    {
        if (await LakeIdAsync(cancellationToken) is { } known)
        {
            return known;
        }

        await store.PutIfAbsentAsync(Mark, Encoding.UTF8.GetBytes(Guid.NewGuid().ToString("N")), cancellationToken);
        return (await LakeIdAsync(cancellationToken))!;
    }

    /// <summary>
    /// Notes that an object of the lake is to be told to the catalog. Call it after the object is written: whoever attaches a catalog reads all objects afterwards, so that none is missed.
    /// </summary>
    public async Task AddAsync(string path, CancellationToken cancellationToken)
    {
        if (await store.HeadAsync(Mark, cancellationToken) is not null)
        {
            await store.PutAsync(Folder + path, "{}"u8.ToArray(), cancellationToken);
            _changed.Writer.TryWrite(true);
        }
    }

    /// <summary>Objects that wait to be told, in order of their names.</summary>
    public async Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellationToken)
    {
        var pending = new List<string>();
        await foreach (var entry in store.EnumerateAsync(Folder, null, cancellationToken))
        {
            pending.Add(entry.Path[Folder.Length..]);
        }

        pending.Sort(StringComparer.Ordinal);
        return pending;
    }

    /// <summary>Takes away entries that the catalog has.</summary>
    public Task DoneAsync(IEnumerable<string> paths, CancellationToken cancellationToken) => store.DeleteAsync([.. paths.Select(p => Folder + p)], cancellationToken);

    /// <summary>Waits until this process adds an entry, or for a time.</summary>
    public async Task ChangedAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(longest);
        try
        {
            await _changed.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing of this process: others may have written.
            return;
        }
    }
}
