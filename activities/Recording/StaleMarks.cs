using System.Text.Json;
using Lakehouse.ObjectStores;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Recording;

/// <summary>
/// Published partitions that are older than what they were made from: an object each, <c>_stale/{pipeline}/{partition}/{run}.json</c>, named by the run that made the rows, and by the table version that they are older than where that is known. The ledger's entry stays
/// its own run's alone, so that a mark never takes the place of what a run records in the same moment; once the partition has been made again, the mark is about nothing any more.
/// </summary>
/// <param name="store">The lake's bytes.</param>
/// <param name="outbox">Where it is noted for the catalog. Default: null, nowhere.</param>
public sealed class StaleMarks(IObjectStore store, CatalogOutbox? outbox = null)
{
    /// <summary>Folder of all marks; sorts behind that of runs, which the catalog has to know before.</summary>
    internal const string Folder = "_stale/";

    /// <summary>Marks what a run made of a partition. Safe to repeat: the first mark stays.</summary>
    public async Task MarkAsync(StaleMark mark, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mark);
        var path = $"{FolderOf(mark.Pipeline, mark.Partition)}{mark.RunId}{(mark.By is { } by ? FormattableString.Invariant($"@{by.Dataset}@{by.Version}") : "")}.json";
        await store.PutIfAbsentAsync(path, JsonSerializer.SerializeToUtf8Bytes(mark, PayloadFormat.Json), cancellationToken);
        await (outbox?.AddAsync(path, cancellationToken) ?? Task.CompletedTask);
    }

    /// <summary>Why what a run made of a partition is stale; null when it is not.</summary>
    public async Task<string?> FindAsync(string pipeline, string partition, string runId, CancellationToken cancellationToken) =>
        (await ReadAllAsync(FolderOf(pipeline, partition), cancellationToken)).Select(m => m.Mark).FirstOrDefault(m => m.RunId == runId)?.Reason;

    /// <summary>All marks of a pipeline, of runs whose rows are still there and of others.</summary>
    public async Task<IReadOnlyList<StaleMark>> OfPipelineAsync(string pipeline, CancellationToken cancellationToken) =>
        [.. (await ReadAllAsync($"{Folder}{pipeline}/", cancellationToken)).Select(m => m.Mark)];

    /// <summary>Takes away what another partition's run has worked in: it has made these rows again from a version that a mark names, or from a newer one. Other marks stay.</summary>
    public async Task SettleAsync(string pipeline, string partition, IReadOnlyCollection<PinnedTable> reads, CancellationToken cancellationToken)
    {
        foreach (var (path, mark) in await ReadAllAsync(FolderOf(pipeline, partition), cancellationToken))
        {
            if (mark.By is { } by && reads.Any(r => r.Dataset == by.Dataset && r.Version >= by.Version))
            {
                await store.DeleteAsync([path], cancellationToken);
                await (outbox?.AddAsync(path, cancellationToken) ?? Task.CompletedTask);
            }
        }
    }

    /// <summary>Whose rows a mark is about, by its path.</summary>
    internal static (string Pipeline, string Partition, string RunId) Of(string path) => path[Folder.Length..^".json".Length].Split('/') is [var pipeline, var partition, var name]
        ? (pipeline, Uri.UnescapeDataString(partition), name.Split('@')[0])
        : throw new ArgumentException($"'{path}' is not the path of a mark: expected '{Folder}PIPELINE/PARTITION/RUN.json'.", nameof(path));

    private async Task<IReadOnlyList<(string Path, StaleMark Mark)>> ReadAllAsync(string folder, CancellationToken cancellationToken)
    {
        var marks = new List<(string, StaleMark)>();
        await foreach (var entry in store.EnumerateAsync(folder, null, cancellationToken))
        {
            // Forgotten between the listing and now: the partition has been made again.
            if (await ReadAsync(entry.Path, cancellationToken) is { } mark)
            {
                marks.Add((entry.Path, mark));
            }
        }

        return marks;
    }

    /// <summary>A mark by its path; null when there is none.</summary>
    internal async Task<StaleMark?> ReadAsync(string path, CancellationToken cancellationToken) =>
        await store.ReadAsync(path, cancellationToken) is { } bytes ? JsonSerializer.Deserialize<StaleMark>(bytes, PayloadFormat.Json) : null;

    /// <summary>Takes away the marks of a partition that has been made again. Call it before the ledger tells of the new run: nobody can have marked that one yet.</summary>
    public Task ForgetAsync(string pipeline, string partition, CancellationToken cancellationToken) => store.DeleteFolderAsync(FolderOf(pipeline, partition), cancellationToken);

    private static string FolderOf(string pipeline, string partition) => $"{Folder}{pipeline}/{Uri.EscapeDataString(partition)}/";
}
