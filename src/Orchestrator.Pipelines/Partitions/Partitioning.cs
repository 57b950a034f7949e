namespace Orchestrator.Pipelines.Partitions;

/// <summary>How a pipeline cuts its data, as declared under <c>partitioning</c>.</summary>
public sealed record Partitioning
{
    /// <summary>The arithmetic of this pipeline's partitions: unit, zone, values.</summary>
    public required PartitionCalendar Calendar { get; init; }

    /// <summary>What one partition covers.</summary>
    public PartitionUnit Unit => Calendar.Unit;

    /// <summary>Column that names the partition in every table of the pipeline, unless a dataset names its own.</summary>
    public required string Column { get; init; }

    /// <summary>First partition of the pipeline. Default: null, no lower bound.</summary>
    public PartitionKey? Start { get; init; }

    /// <summary>First partition after the pipeline's last. Default: null, open end.</summary>
    public PartitionKey? End { get; init; }

    /// <summary>IANA name of the zone of days and months. Default: <c>UTC</c>.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Whether a partition lies between <see cref="Start"/> (inclusive) and <see cref="End"/> (exclusive).</summary>
    public bool Contains(PartitionKey key) =>
        (Start is not { } start || Calendar.Distance(start, key) >= 0) && (End is not { } end || Calendar.Distance(key, end) > 0);

    /// <summary>A partition and up to <paramref name="more"/> that follow it, without those outside the pipeline's bounds or list.</summary>
    public IEnumerable<PartitionKey> From(PartitionKey first, int more)
    {
        for (var i = 0; i <= more && Calendar.TryAdd(first, i, out var key); i++)
        {
            if (Contains(key))
            {
                yield return key;
            }
        }
    }
}
