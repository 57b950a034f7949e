using System.Text.Json;
using Lakehouse.ObjectStores;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Triggers;

/// <summary>What triggers remember, as objects of the lake under <c>_triggers/{pipeline}</c>: for which inputs partitions were started, and why partitions were not run.</summary>
/// <param name="store">The lake's bytes.</param>
public sealed class TriggerStore(IObjectStore store)
{
    /// <summary>The identity of the inputs for which each partition was started last.</summary>
    public async Task<Dictionary<string, string>> StartedAsync(string pipeline, CancellationToken cancellationToken) =>
        await store.ReadAsync(StartedPath(pipeline), cancellationToken) is { } bytes
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(bytes, PayloadFormat.Json)!
            : [];

    /// <summary>Replaces what was started; only the pipeline's own trigger does this.</summary>
    public Task WriteStartedAsync(string pipeline, IReadOnlyDictionary<string, string> started, CancellationToken cancellationToken) =>
        store.PutAsync(StartedPath(pipeline), JsonSerializer.SerializeToUtf8Bytes(started, PayloadFormat.Json), cancellationToken);

    /// <summary>Writes down why partitions were not run; a later reason replaces an earlier one.</summary>
    public async Task WriteAsync(WhyNot why, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(why);
        foreach (var partition in why.Partitions)
        {
            await store.PutAsync(
                $"{WhyNotFolder(why.Pipeline)}{Uri.EscapeDataString(partition)}.json",
                JsonSerializer.SerializeToUtf8Bytes(why with { Partitions = [partition] }, PayloadFormat.Json),
                cancellationToken);
        }
    }

    /// <summary>Why partitions were not run, the newest reason of each.</summary>
    public async Task<IReadOnlyDictionary<string, WhyNot>> WhyNotAsync(string pipeline, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, WhyNot>(StringComparer.Ordinal);
        await foreach (var file in store.EnumerateAsync(WhyNotFolder(pipeline), null, cancellationToken))
        {
            if (await store.ReadAsync(file.Path, cancellationToken) is { } bytes && JsonSerializer.Deserialize<WhyNot>(bytes, PayloadFormat.Json) is { Partitions: [var partition] } why)
            {
                found[partition] = why;
            }
        }

        return found;
    }

    /// <summary>Writes down that a pipeline's triggers rest, and why; null that they do not.</summary>
    public Task WritePausedAsync(string pipeline, WhyNot? why, CancellationToken cancellationToken) => why is null
        ? store.DeleteAsync(PausedPath(pipeline), cancellationToken)
        : store.PutAsync(PausedPath(pipeline), JsonSerializer.SerializeToUtf8Bytes(why, PayloadFormat.Json), cancellationToken);

    /// <summary>Why a pipeline's triggers rest, as far as our own command made them; null when they do not.</summary>
    public async Task<WhyNot?> PausedAsync(string pipeline, CancellationToken cancellationToken) =>
        await store.ReadAsync(PausedPath(pipeline), cancellationToken) is { } bytes ? JsonSerializer.Deserialize<WhyNot>(bytes, PayloadFormat.Json) : null;

    private static string PausedPath(string pipeline) => $"_triggers/{pipeline}/paused.json";

    private static string StartedPath(string pipeline) => $"_triggers/{pipeline}/started.json";

    private static string WhyNotFolder(string pipeline) => $"_triggers/{pipeline}/why-not/";
}
