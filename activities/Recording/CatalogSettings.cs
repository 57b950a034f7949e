namespace Orchestrator.Activities.Recording;

/// <summary>Where the catalog is: a Postgres of somebody, or one of this machine's own that is started when it is needed.</summary>
/// <param name="ConnectionString">How to connect; never shown or logged. Null for a Postgres of its own.</param>
/// <param name="LocalFolder">Folder of the Postgres of its own; null for somebody's.</param>
public sealed record CatalogSettings(string? ConnectionString, string? LocalFolder)
{
    /// <summary>Names the place without anything secret.</summary>
    public override string ToString() => LocalFolder is null ? "a Postgres by connection string" : $"the local Postgres in '{LocalFolder}'";
}
