using System.Text.Json;
using Lakehouse.ObjectStores;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Windows;

/// <summary>What the lake keeps of windows, beside the ledger: one object for each partition under <c>_windows</c>. A partition whose object says when it was sealed is final.</summary>
/// <param name="store">The lake's bytes.</param>
public sealed class WindowStore(IObjectStore store)
{
    /// <summary>Folder of the windows' states.</summary>
    public const string Folder = "_windows/";

    /// <summary>The state of a partition's window; null when it never had one.</summary>
    public async Task<WindowState?> ReadAsync(string pipeline, string partition, CancellationToken cancellationToken) =>
        await store.ReadAsync(PathOf(pipeline, partition), cancellationToken) is { } bytes ? JsonSerializer.Deserialize<WindowState>(bytes, PayloadFormat.Json) : null;

    /// <summary>Replaces it.</summary>
    public Task WriteAsync(WindowState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        return store.PutAsync(PathOf(state.Pipeline, state.Partition), JsonSerializer.SerializeToUtf8Bytes(state, PayloadFormat.Json), cancellationToken);
    }

    /// <summary>The windows of a pipeline, by partition.</summary>
    public async Task<IReadOnlyDictionary<string, WindowState>> ReadAllAsync(string pipeline, CancellationToken cancellationToken)
    {
        var windows = new SortedDictionary<string, WindowState>(StringComparer.Ordinal);
        await foreach (var entry in store.EnumerateAsync(FolderOf(pipeline), null, cancellationToken))
        {
            if (await store.ReadAsync(entry.Path, cancellationToken) is { } bytes && JsonSerializer.Deserialize<WindowState>(bytes, PayloadFormat.Json) is { } state)
            {
                windows[state.Partition] = state;
            }
        }

        return windows;
    }

    /// <summary>The partitions that have, or had, a window.</summary>
    public async Task<IReadOnlySet<string>> PartitionsAsync(string pipeline, CancellationToken cancellationToken)
    {
        var partitions = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var entry in store.EnumerateAsync(FolderOf(pipeline), null, cancellationToken))
        {
            partitions.Add(Uri.UnescapeDataString(entry.Path[FolderOf(pipeline).Length..^".json".Length]));
        }

        return partitions;
    }

    /// <summary>Where the state of a partition's window lies.</summary>
    public static string PathOf(string pipeline, string partition) => $"{FolderOf(pipeline)}{Uri.EscapeDataString(partition)}.json";

    private static string FolderOf(string pipeline) => $"{Folder}{pipeline}/";
}
