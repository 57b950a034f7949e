namespace Integration.Tests.Property.Feeds;

/// <summary>A record of a feed: what a thing is called since a moment, and when that was last seen.</summary>
/// <param name="Id">The thing.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Since">Since when; grows from partition to partition.</param>
/// <param name="At">When it was seen, in any order over the partitions; null where the file says something that is no number.</param>
internal sealed record FeedRow(int Id, string Name, int Since, int? At);
