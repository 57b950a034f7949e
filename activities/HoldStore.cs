using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lakehouse.ObjectStores;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities;

/// <summary>
/// Holds and waivers as objects of the lake: what is open under <c>_holds/open</c>, who decided what under <c>_holds/decided</c>, and rules that are let pass under
/// <c>_holds/waivers</c>.
/// </summary>
/// <param name="store">The lake's bytes.</param>
public sealed class HoldStore(IObjectStore store)
{
    /// <summary>Writes a hold as it is now; one that is decided leaves the open ones.</summary>
    public async Task WriteAsync(Hold hold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hold);
        var name = $"{hold.Pipeline}/{Uri.EscapeDataString(hold.Partition)}/{hold.Dataset}-{hold.RunId}-{hold.Version}.json";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(hold, PayloadFormat.Json);
        if (hold.Decision is not { } decision)
        {
            await store.PutAsync("_holds/open/" + name, bytes, cancellationToken);
            return;
        }

        if (decision is { Kind: "waive", Until: { } until })
        {
            foreach (var rule in hold.Rules.Where(r => decision.Rule is null || r == decision.Rule))
            {
                await store.PutAsync(
                    $"{WaiversOf(hold.Pipeline, hold.Dataset)}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rule)))[..16]}.json",
                    JsonSerializer.SerializeToUtf8Bytes(new Waiver(rule, until, decision.By, decision.Reason), PayloadFormat.Json),
                    cancellationToken);
            }
        }

        await store.PutAsync("_holds/decided/" + name, bytes, cancellationToken);
        await store.DeleteAsync("_holds/open/" + name, cancellationToken);
    }

    /// <summary>What waits for a decision, by pipeline, partition and dataset.</summary>
    /// <param name="pipeline">Only of this pipeline. Default: null, of all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<IReadOnlyList<Hold>> OpenAsync(string? pipeline = null, CancellationToken cancellationToken = default) => ReadAsync<Hold>("_holds/open/", pipeline, cancellationToken);

    /// <summary>What was decided, by pipeline, partition and dataset.</summary>
    /// <param name="pipeline">Only of this pipeline. Default: null, of all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<IReadOnlyList<Hold>> DecidedAsync(string? pipeline = null, CancellationToken cancellationToken = default) => ReadAsync<Hold>("_holds/decided/", pipeline, cancellationToken);

    /// <summary>Rules of a dataset that somebody has waived, for a time that may be over.</summary>
    public Task<IReadOnlyList<Waiver>> WaiversAsync(string pipeline, string dataset, CancellationToken cancellationToken) => ReadAsync<Waiver>(WaiversOf(pipeline, dataset), null, cancellationToken);

    private static string WaiversOf(string pipeline, string dataset) => $"_holds/waivers/{pipeline}/{dataset}/";

    private async Task<IReadOnlyList<T>> ReadAsync<T>(string folder, string? pipeline, CancellationToken cancellationToken)
    {
        var found = new List<T>();
        await foreach (var file in store.EnumerateAsync(pipeline is null ? folder : $"{folder}{pipeline}/", null, cancellationToken))
        {
            // Decided between the listing and now: nothing that waits.
            if (await store.ReadAsync(file.Path, cancellationToken) is { } bytes)
            {
                found.Add(JsonSerializer.Deserialize<T>(bytes, PayloadFormat.Json)!);
            }
        }

        return found;
    }
}
