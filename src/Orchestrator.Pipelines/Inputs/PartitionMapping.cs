using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Inputs;

/// <summary>
/// Which partitions of an upstream dataset a downstream partition needs, and the other way round: by time, so that a week needs its
/// seven days, a day the month that it lies in, and a day of one zone the two days of another that it overlaps.
/// </summary>
/// <param name="upstream">Partitioning of what is read.</param>
/// <param name="downstream">Partitioning of what reads.</param>
/// <param name="lookback">Earlier upstream partitions that are needed besides, counted in upstream units.</param>
public sealed class PartitionMapping(Partitioning upstream, Partitioning downstream, int lookback = 0)
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    /// <summary>Whether two partitionings can be matched partition by partition: both by time, the same names, or one for all upstream.</summary>
    public static bool CanAlign(PartitionUnit upstream, PartitionUnit downstream) =>
        upstream == PartitionUnit.Static || (upstream.HasTime() && downstream.HasTime()) || (upstream == downstream && !upstream.HasTime());

    /// <summary>The upstream partitions that a downstream one needs, in order; those outside the upstream pipeline's bounds are left out.</summary>
    /// <exception cref="InvalidOperationException">The two cannot be aligned.</exception>
    public IReadOnlyList<PartitionKey> Upstream(PartitionKey key)
    {
        Check();
        if (!upstream.Unit.HasTime())
        {
            return upstream.Unit == PartitionUnit.Static ? [upstream.Calendar.Parse(PartitionCalendar.StaticKey)] : upstream.Calendar.TryParse(key.Value, out var same) ? Earlier(same) : [];
        }

        return key.End <= key.Start ? [] : Within(upstream, upstream.Calendar.Add(upstream.Calendar.Containing(key.Start), -lookback), upstream.Calendar.Containing(key.End - Tick));
    }

    /// <summary>The downstream partitions that need an upstream one, in order: what a change of it makes stale. Those outside the downstream pipeline's bounds are left out.</summary>
    /// <exception cref="InvalidOperationException">The two cannot be aligned, or one upstream partition feeds all downstream ones.</exception>
    public IReadOnlyList<PartitionKey> Downstream(PartitionKey key)
    {
        Check();
        if (upstream.Unit == PartitionUnit.Static && downstream.Unit != PartitionUnit.Static)
        {
            throw new InvalidOperationException($"The one partition of a static dataset feeds every partition of unit '{downstream.Unit.ToString().ToLowerInvariant()}'.");
        }

        if (!upstream.Unit.HasTime())
        {
            return downstream.Calendar.TryParse(key.Value, out var same) ? [.. downstream.From(same, lookback)] : [];
        }

        var last = upstream.Calendar.Add(key, lookback);
        return last.End <= key.Start ? [] : Within(downstream, downstream.Calendar.Containing(key.Start), downstream.Calendar.Containing(last.End - Tick));
    }

    private static IReadOnlyList<PartitionKey> Within(Partitioning partitioning, PartitionKey first, PartitionKey last) =>
        [.. partitioning.From(first, partitioning.Calendar.Distance(first, last))];

    private IReadOnlyList<PartitionKey> Earlier(PartitionKey key)
    {
        var found = new List<PartitionKey>();
        for (var i = lookback; i >= 0; i--)
        {
            if (upstream.Calendar.TryAdd(key, -i, out var earlier) && upstream.Contains(earlier))
            {
                found.Add(earlier);
            }
        }

        return found;
    }

    private void Check()
    {
        if (!CanAlign(upstream.Unit, downstream.Unit))
        {
            throw new InvalidOperationException($"Partitions of unit '{upstream.Unit.ToString().ToLowerInvariant()}' cannot be aligned with those of unit '{downstream.Unit.ToString().ToLowerInvariant()}'.");
        }
    }
}
