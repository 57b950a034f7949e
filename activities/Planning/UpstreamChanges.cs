using Lakehouse;
using Lakehouse.Delta;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Steps;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Inputs;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Planning;

/// <summary>Which partitions of other pipelines' tables have changed since they were read, from the tables' logs: each log is read once, whatever the number of partitions.</summary>
internal sealed class UpstreamChanges
{
    private readonly IReadOnlyDictionary<string, Moved> _tables;

    private UpstreamChanges(IReadOnlyDictionary<string, Moved> tables) => _tables = tables;

    public static async Task<UpstreamChanges> ReadAsync(PipelineSpec spec, LakeRoot lake, IEnumerable<LedgerFact> facts, CancellationToken cancellationToken)
    {
        var tables = new Dictionary<string, Moved>(StringComparer.Ordinal);
        foreach (var (name, input) in spec.Inputs)
        {
            var read = facts.SelectMany(f => f.Reads).Where(r => r.Dataset == name || r.Dataset == input.Dataset).Select(r => r.Version).DefaultIfEmpty(long.MaxValue).Min();
            if (read < long.MaxValue && await lake.Tables.Table(input.Dataset).HeadAsync(cancellationToken) is { } head && head.Version > read)
            {
                // A partition of time keeps what was the newest when it was made; one without has no time of its own.
                var latest = input.Partitions is PartitionSelection.Latest && !spec.Partitioning.Unit.HasTime() ? UpstreamTables.LatestOf(input, head) : null;
                var known = tables.GetValueOrDefault(input.Dataset) ?? await MovedAsync(lake.Tables.Table(input.Dataset), read, head, cancellationToken);
                tables[input.Dataset] = known with { Latest = latest ?? known.Latest };
            }
        }

        foreach (var (name, input) in spec.Inputs.Where(i => tables.ContainsKey(i.Value.Dataset)))
        {
            // A dataset that has this name is what was read under it.
            tables.TryAdd(name, tables[input.Dataset]);
        }

        return new UpstreamChanges(tables);
    }

    /// <summary>Why a partition is older than what it read.</summary>
    public IEnumerable<RunReason> Of(LedgerFact fact) => fact.Reads
        .Select(r => _tables.GetValueOrDefault(r.Dataset) is { } moved && (moved.Since(r) ?? moved.Newer(fact.Reads.Where(o => o.Dataset == r.Dataset))) is { } detail ? new RunReason(RunReasonKind.UpstreamNewer, r.Dataset, detail) : null)
        .OfType<RunReason>()
        .Distinct();

    private static async Task<Moved> MovedAsync(DeltaTable table, long after, DeltaSnapshot head, CancellationToken cancellationToken)
    {
        try
        {
            var last = new SortedDictionary<string, long>(StringComparer.Ordinal);
            var everywhere = -1L;
            var column = head.Metadata.PartitionColumns is [var first, ..] ? first : null;
            foreach (var commit in await table.CommitsAsync(after, head.Version, cancellationToken))
            {
                foreach (var action in commit.Actions)
                {
                    // Files that are only written anew, by a compaction, hold the same rows.
                    var (changes, values) = action switch
                    {
                        AddFile add => (add.DataChange, add.PartitionValues),
                        RemoveFile remove => (remove.DataChange, remove.PartitionValues),
                        _ => (false, null),
                    };
                    if (changes && column is not null && values?.GetValueOrDefault(column) is { } value)
                    {
                        last[value] = commit.Version;
                    }
                    else if (changes)
                    {
                        everywhere = commit.Version;
                    }
                }
            }

            return new Moved([.. last.Keys], [.. last.Values], everywhere);
        }
        catch (LakehouseException)
        {
            // The log no longer goes back so far: whoever read before may have read something else.
            return new Moved([], [], head.Version);
        }
    }

    /// <summary>Version in which each partition changed last, partitions in ordinal order; and the last change that tells no partition.</summary>
    private sealed record Moved(string[] Partitions, long[] Versions, long Everywhere)
    {
        /// <summary>The newest partition, where a reader wants that one; null where it does not matter.</summary>
        public string? Latest { get; init; }

        /// <summary>Whether the newest partition is none of those that were read: a table may be read twice, as its newest partition and besides.</summary>
        public string? Newer(IEnumerable<PinnedTable> reads)
        {
            string[] read = Latest is not { } latest || reads.Any(r => r.Holds(latest)) ? [] : [.. reads.Select(r => r.FromPartition).Distinct()];
            return read.Length == 0 ? null : $"newest partition is {Latest} now, {string.Join(" and ", read)} {(read.Length == 1 ? "was" : "were")} read";
        }

        public string? Since(PinnedTable read)
        {
            if (Everywhere > read.Version)
            {
                return FormattableString.Invariant($"changed at version {Everywhere}, read at {read.Version}");
            }

            var from = Array.BinarySearch(Partitions, read.FromPartition, StringComparer.Ordinal);
            for (var i = from < 0 ? ~from : from; i < Partitions.Length && read.Holds(Partitions[i]); i++)
            {
                if (Versions[i] > read.Version)
                {
                    return FormattableString.Invariant($"changed partition {Partitions[i]} at version {Versions[i]}, read at {read.Version}");
                }
            }

            return null;
        }
    }
}
