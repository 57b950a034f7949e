using Lakehouse;
using Orchestrator.Activities.Contracts;

namespace Orchestrator.Activities.Planning;

/// <summary>
/// A pipeline's ledger in one look: its objects are listed once, and only those that differ from a compact copy are read. The copy is no more than that: it may be
/// lost, old or damaged, and planning only takes longer.
/// </summary>
public sealed class LedgerIndex
{
    private const int ReadsAtOnce = 16;

    /// <summary>The copy is written anew when one in so many entries differs; until then the few are read each time.</summary>
    private const int StaleShare = 50;

    private readonly LakeRoot _lake;
    private readonly string _pipeline;
    private readonly Dictionary<string, LedgerFact> _facts;
    private int _differing;

    private LedgerIndex(LakeRoot lake, string pipeline, Dictionary<string, LedgerFact> facts, int differing)
    {
        _lake = lake;
        _pipeline = pipeline;
        _facts = facts;
        _differing = differing;
    }

    /// <summary>What the ledger says, by partition.</summary>
    public IReadOnlyDictionary<string, LedgerFact> Facts => _facts;

    /// <summary>Path of the compact copy.</summary>
    public static string PathOf(string pipeline) => $"_plan/{pipeline}/ledger.index";

    /// <summary>Reads a pipeline's ledger.</summary>
    public static async Task<LedgerIndex> ReadAsync(LakeRoot lake, string pipeline, CancellationToken cancellationToken)
    {
        var reading = Task.Run(() => ReadCopyAsync(lake, pipeline, cancellationToken), cancellationToken);
        var folder = LakeRoot.LedgerFolder(pipeline);
        var listed = new List<(string Partition, string ETag)>();
        await foreach (var entry in lake.Store.EnumerateAsync(folder, null, cancellationToken))
        {
            if (entry.Path.EndsWith(".json", StringComparison.Ordinal))
            {
                listed.Add((Uri.UnescapeDataString(entry.Path[folder.Length..^".json".Length]), entry.ETag));
            }
        }

        var copy = await reading;
        var facts = new Dictionary<string, LedgerFact>(listed.Count, StringComparer.Ordinal);
        var differing = new List<(string Partition, string ETag)>();
        foreach (var entry in listed)
        {
            if (copy.TryGetValue(entry.Partition, out var fact) && fact.ETag == entry.ETag)
            {
                facts[entry.Partition] = fact;
            }
            else
            {
                differing.Add(entry);
            }
        }

        var marks = lake.Stale.OfPipelineAsync(pipeline, cancellationToken);
        var gate = new Lock();
        await Parallel.ForEachAsync(
            differing,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (entry, token) =>
            {
                if (await lake.ReadLedgerAsync(pipeline, entry.Partition, token) is { } read)
                {
                    lock (gate)
                    {
                        facts[entry.Partition] = LedgerFact.Of(read, entry.ETag);
                    }
                }
            });
        foreach (var mark in await marks)
        {
            if (facts.TryGetValue(mark.Partition, out var marked) && marked.RunId == mark.RunId)
            {
                facts[mark.Partition] = marked.MarkedBy(mark.Reason);
            }
        }

        return new LedgerIndex(lake, pipeline, facts, differing.Count);
    }

    /// <summary>Notes that a partition's files are still those of its last run though their times differ.</summary>
    internal void Seen(LedgerFact fact, IReadOnlyList<SourceFile> inputs, DateTimeOffset at)
    {
        _facts[fact.Partition] = fact with { Inputs = inputs, HashedAt = at };
        _differing++;
    }

    /// <summary>Writes the compact copy when it is worth it.</summary>
    internal async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_differing * StaleShare < Math.Max(1, _facts.Count))
        {
            return;
        }

        try
        {
            await _lake.Store.PutAsync(PathOf(_pipeline), LedgerIndexFormat.Write(_facts.Values), cancellationToken);
            _differing = 0;
        }
        catch (Exception e) when (e is LakehouseException or IOException or UnauthorizedAccessException)
        {
            // Who may only read the lake plans all the same, and reads the entries again next time.
            _differing = 0;
        }
    }

    private static async Task<IReadOnlyDictionary<string, LedgerFact>> ReadCopyAsync(LakeRoot lake, string pipeline, CancellationToken cancellationToken) =>
        await lake.Store.ReadAsync(PathOf(pipeline), cancellationToken) is { } bytes && LedgerIndexFormat.TryRead(bytes, out var facts)
            ? facts
            : new Dictionary<string, LedgerFact>();
}
