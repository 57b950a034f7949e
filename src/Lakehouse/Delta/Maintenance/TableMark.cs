namespace Lakehouse.Delta.Maintenance;

/// <summary>Content of a lease or a pin.</summary>
/// <param name="Until">How long it holds (UTC).</param>
/// <param name="Version">Version that is pinned; null for a lease.</param>
internal sealed record TableMark(DateTimeOffset Until, long? Version);
