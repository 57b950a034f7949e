namespace Orchestrator.Pipelines.Partitions;

/// <summary>
/// One partition: its name, stable in workflow ids, paths and tables, and the time that it covers. Made by <see cref="PartitionCalendar"/>,
/// never by hand, so that the three always agree.
/// </summary>
/// <param name="Value">The partition's name: <c>2020-03-15</c> for a day, <c>2020-W12</c> for a week, <c>2020-03</c> for a month, <c>2020-03-15T07</c> for a UTC hour, the value itself for a list or file, <c>all</c> for a static pipeline.</param>
/// <param name="Start">First instant of the partition, in UTC. <see cref="DateTimeOffset.MinValue"/> for a partition without time.</param>
/// <param name="End">First instant after the partition, in UTC. <see cref="DateTimeOffset.MaxValue"/> for a partition without time.</param>
public readonly record struct PartitionKey(string Value, DateTimeOffset Start, DateTimeOffset End) : IComparable<PartitionKey>
{
    /// <summary>Place in the list, from 0; 0 for every other unit.</summary>
    internal int Place { get; init; }

    /// <summary>Orders by time, then by the place in the list, then by name (files carry neither).</summary>
    public int CompareTo(PartitionKey other) => Start.CompareTo(other.Start) is not 0 and var byStart ? byStart
        : Place.CompareTo(other.Place) is not 0 and var byPlace ? byPlace
        : string.CompareOrdinal(Value, other.Value);

    /// <summary>Whether it lies between two partitions, both included; null leaves an end open.</summary>
    public bool IsBetween(PartitionKey? first, PartitionKey? last) => (first is not { } from || CompareTo(from) >= 0) && (last is not { } to || CompareTo(to) <= 0);

    /// <summary>The partition's name.</summary>
    public override string ToString() => Value;
}
