using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lakehouse.ObjectStores;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Recording;

namespace Orchestrator.Activities;

/// <summary>
/// Holds and waivers as objects of the lake: what is open under <c>_holds/open</c>, who decided what under <c>_holds/decided</c>, and rules that are let pass under
/// <c>_holds/waivers</c>.
/// </summary>
/// <param name="store">The lake's bytes.</param>
/// <param name="outbox">Where it is noted for the catalog. Default: null, nowhere.</param>
public sealed class HoldStore(IObjectStore store, CatalogOutbox? outbox = null)
{
    /// <summary>Folder of all of them.</summary>
    internal const string Folder = "_holds/";

    private const string Open = Folder + "open/";
    private const string Decided = Folder + "decided/";
    private const string Waivers = Folder + "waivers/";

    /// <summary>Writes a hold as it is now; one that is decided leaves the open ones.</summary>
    public async Task WriteAsync(Hold hold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hold);
        var name = $"{hold.Pipeline}/{Uri.EscapeDataString(hold.Partition)}/{hold.Dataset}-{hold.RunId}-{hold.Version}.json";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(hold, PayloadFormat.Json);
        if (hold.Decision is not { } decision)
        {
            await store.PutAsync(Open + name, bytes, cancellationToken);
            await NoteAsync(Open + name, cancellationToken);
            return;
        }

        if (decision is { Kind: "waive", Until: { } until })
        {
            foreach (var rule in hold.Rules.Where(r => decision.Rule is null || r == decision.Rule))
            {
                await store.PutAsync(
                    $"{Waivers}{hold.Pipeline}/{hold.Dataset}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rule)))[..16]}.json",
                    JsonSerializer.SerializeToUtf8Bytes(new Waiver(rule, until, decision.By, decision.Reason), PayloadFormat.Json),
                    cancellationToken);
            }
        }

        await store.PutAsync(Decided + name, bytes, cancellationToken);
        await NoteAsync(Decided + name, cancellationToken);
        await store.DeleteAsync(Open + name, cancellationToken);
    }

    /// <summary>What waits for a decision, by pipeline, partition and dataset.</summary>
    /// <param name="pipeline">Only of this pipeline. Default: null, of all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<IReadOnlyList<Hold>> OpenAsync(string? pipeline = null, CancellationToken cancellationToken = default) => HoldsAsync(Open, pipeline, cancellationToken);

    /// <summary>What was decided, by pipeline, partition and dataset.</summary>
    /// <param name="pipeline">Only of this pipeline. Default: null, of all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<IReadOnlyList<Hold>> DecidedAsync(string? pipeline = null, CancellationToken cancellationToken = default) => HoldsAsync(Decided, pipeline, cancellationToken);

    /// <summary>What was decided about one partition.</summary>
    public Task<IReadOnlyList<Hold>> DecidedOfAsync(string pipeline, string partition, CancellationToken cancellationToken) => HoldsAsync(Decided, $"{pipeline}/{Uri.EscapeDataString(partition)}", cancellationToken);

    /// <summary>Rules of a pipeline's datasets that somebody has waived, for a time that may be over; by dataset.</summary>
    public async Task<ILookup<string, Waiver>> WaiversAsync(string pipeline, CancellationToken cancellationToken) =>
        (await ReadAsync<Waiver>($"{Waivers}{pipeline}/", cancellationToken)).ToLookup(w => w.Path.Split('/')[^2], w => w.Content, StringComparer.Ordinal);

    /// <summary>Whether a path is that of a hold, open or decided.</summary>
    internal static bool IsHold(string path) => path.StartsWith(Open, StringComparison.Ordinal) || path.StartsWith(Decided, StringComparison.Ordinal);

    private Task NoteAsync(string path, CancellationToken cancellationToken) => outbox?.AddAsync(path, cancellationToken) ?? Task.CompletedTask;

    private async Task<IReadOnlyList<Hold>> HoldsAsync(string folder, string? pipeline, CancellationToken cancellationToken) =>
        [.. (await ReadAsync<Hold>(pipeline is null ? folder : $"{folder}{pipeline}/", cancellationToken)).Select(h => h.Content)];

    private async Task<IReadOnlyList<(string Path, T Content)>> ReadAsync<T>(string folder, CancellationToken cancellationToken)
    {
        var found = new List<(string, T)>();
        await foreach (var file in store.EnumerateAsync(folder, null, cancellationToken))
        {
            // Decided between the listing and now: nothing that waits.
            if (await store.ReadAsync(file.Path, cancellationToken) is { } bytes)
            {
                found.Add((file.Path, JsonSerializer.Deserialize<T>(bytes, PayloadFormat.Json)!));
            }
        }

        return found;
    }
}
