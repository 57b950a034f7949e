using System.Collections.Concurrent;
using System.Globalization;
using Lakehouse.Delta;
using Lakehouse.ObjectStores;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Maintenance;

/// <summary>
/// Moves the files of old partitions to the tiers that a dataset's policy names. Their paths stay, so the table and whoever reads it know nothing of it. What is colder than asked for stays so.
/// </summary>
internal sealed class PartitionTiers(PipelineSpec spec, Dataset dataset, LakeRoot lake)
{
    private const int AtOnce = 8;

    /// <summary>What the policy asks for and this lake does not have.</summary>
    public IEnumerable<string> Missing()
    {
        foreach (var (key, tier, after) in Asked().Where(a => !lake.Store.TierClasses.ContainsKey(a.Tier)))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"'{dataset.Name}' asks for 'maintain.{key}' ({after.TotalDays:0.##} days), and the lake '{lake.Store}' has no such tier: partitions stay where they are. Help: name a class of storage, '{key.Split('_')[0]}_class', in the location of a lake on S3, or remove the key.");
        }
    }

    /// <summary>Files to move, each with its tier; the table's folder is listed once where the policy asks for tiers.</summary>
    public async Task<IReadOnlyList<(AddFile File, string Path, StorageTier Tier)>> FindAsync(DeltaTable table, DeltaSnapshot head, CancellationToken cancellationToken)
    {
        var wanted = Wanted(head);
        if (wanted.Count == 0)
        {
            return [];
        }

        var classes = lake.Store.TierClasses;
        var files = head.FilesOf(wanted.Keys.ToHashSet(StringComparer.Ordinal)).ToDictionary(f => $"{table.Path}/{f.DecodedPath}", StringComparer.Ordinal);
        var moves = new List<(AddFile, string, StorageTier)>();
        await foreach (var stored in lake.Store.EnumerateAsync(table.Path + "/", null, cancellationToken))
        {
            if (files.TryGetValue(stored.Path, out var file) && wanted[head.PartitionOf(file)!] is var tier
                && !classes.Any(c => c.Key >= tier && string.Equals(c.Value, stored.StorageClass, StringComparison.Ordinal)))
            {
                moves.Add((file, stored.Path, tier));
            }
        }

        return moves;
    }

    /// <summary>Moves them; one that is gone meanwhile is left out.</summary>
    public async Task<MaintainStep?> MoveAsync(DeltaTable table, CancellationToken cancellationToken)
    {
        var head = (await table.HeadAsync(cancellationToken))!;
        var moved = new ConcurrentBag<AddFile>();
        await Parallel.ForEachAsync(
            await FindAsync(table, head, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (move, token) =>
            {
                if (await lake.Store.MoveToAsync(move.Path, move.Tier, token))
                {
                    moved.Add(move.File);
                }
            });
        return Step(head, [.. moved]);
    }

    /// <summary>The step that moves, or moved, some files; null for none.</summary>
    public static MaintainStep? Step(DeltaSnapshot head, IReadOnlyCollection<AddFile> files) => files.Count == 0
        ? null
        : new MaintainStep { Kind = MaintainStepKind.Tier, Partitions = files.Select(head.PartitionOf).Distinct().Count(), Files = files.Count, Bytes = files.Sum(f => f.Size) };

    private Dictionary<string, StorageTier> Wanted(DeltaSnapshot head)
    {
        var ages = new PartitionRetention(spec, dataset, lake.Time);
        var wanted = new Dictionary<string, StorageTier>(StringComparer.Ordinal);
        foreach (var (_, tier, after) in Asked().Where(a => lake.Store.TierClasses.ContainsKey(a.Tier)).OrderBy(a => a.Tier))
        {
            foreach (var value in ages.Older(head, after))
            {
                wanted[value] = tier;
            }
        }

        return wanted;
    }

    private IEnumerable<(string Key, StorageTier Tier, TimeSpan After)> Asked()
    {
        if (dataset.Maintain.WarmAfter is { } warm)
        {
            yield return ("warm_after", StorageTier.Warm, warm);
        }

        if (dataset.Maintain.ColdAfter is { } cold)
        {
            yield return ("cold_after", StorageTier.Cold, cold);
        }
    }
}
