using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Lakehouse.ObjectStores;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Recording;

/// <summary>Every run that ended, as objects of the lake under <c>_runs</c>, numbered within its partition. Written once and never changed.</summary>
/// <param name="store">The lake's bytes.</param>
public sealed class RunStore(IObjectStore store)
{
    /// <summary>Folder of all runs.</summary>
    public const string Folder = "_runs/";

    /// <summary>Keeps a run. Safe to repeat: a run that is there already stays as it is.</summary>
    /// <param name="run">The run; its number is given here.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Where it lies, and whether no later run of the partition has been recorded.</returns>
    public async Task<(string Path, bool IsNewest)> KeepAsync(RecordedRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        var request = run.Entry.Result.Request;
        var folder = $"{Folder}{request.Pipeline}/{Uri.EscapeDataString(request.Partition)}/";
        while (true)
        {
            var (mine, newest) = ((string?)null, 0L);
            await foreach (var entry in store.EnumerateAsync(folder, null, cancellationToken))
            {
                if (NumberOf(entry.Path) is { } number)
                {
                    newest = Math.Max(newest, number);
                    mine = entry.Path.EndsWith($"-{run.Entry.RunId}.json", StringComparison.Ordinal) ? entry.Path : mine;
                }
            }

            if (mine is not null)
            {
                return (mine, NumberOf(mine) == newest);
            }

            var numbered = run with { Number = newest + 1 };
            var path = string.Create(CultureInfo.InvariantCulture, $"{folder}{numbered.Number:D8}-{run.Entry.RunId}.json");
            if (await store.PutIfAbsentAsync(path, JsonSerializer.SerializeToUtf8Bytes(numbered, PayloadFormat.Json), cancellationToken))
            {
                return (path, true);
            }
        }
    }

    /// <summary>A run of a partition; null when there is none.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="runId">Its run id; null for the newest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RecordedRun?> FindAsync(string pipeline, string partition, string? runId, CancellationToken cancellationToken)
    {
        (string? path, var newest) = (null, 0L);
        await foreach (var (candidate, number) in PathsAsync(pipeline, partition, cancellationToken))
        {
            if (number >= newest && (runId is null || candidate.EndsWith($"-{runId}.json", StringComparison.Ordinal)))
            {
                (path, newest) = (candidate, number);
            }
        }

        return path is null ? null : await ReadAsync(path, cancellationToken);
    }

    /// <summary>The recorded runs of a partition, by number.</summary>
    public async Task<IReadOnlyList<RecordedRun>> OfPartitionAsync(string pipeline, string partition, CancellationToken cancellationToken)
    {
        var runs = new List<RecordedRun>();
        await foreach (var (path, _) in PathsAsync(pipeline, partition, cancellationToken))
        {
            if (await ReadAsync(path, cancellationToken) is { } run)
            {
                runs.Add(run);
            }
        }

        return runs;
    }

    private async IAsyncEnumerable<(string Path, long Number)> PathsAsync(string pipeline, string partition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in store.EnumerateAsync($"{Folder}{pipeline}/{Uri.EscapeDataString(partition)}/", null, cancellationToken))
        {
            if (NumberOf(entry.Path) is { } number)
            {
                yield return (entry.Path, number);
            }
        }
    }

    /// <summary>A run by its path; null when there is none.</summary>
    public async Task<RecordedRun?> ReadAsync(string path, CancellationToken cancellationToken) =>
        await store.ReadAsync(path, cancellationToken) is { } bytes ? JsonSerializer.Deserialize<RecordedRun>(bytes, PayloadFormat.Json) : null;

    /// <summary>Number of the run that lies under a path; null when none does.</summary>
    internal static long? NumberOf(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.Length > 9 && name[8] == '-' && long.TryParse(name.AsSpan(0, 8), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
