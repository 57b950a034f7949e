using System.Text.Json.Nodes;

namespace Lakehouse.Delta;

/// <summary>One version of a table's history.</summary>
/// <param name="Version">The version.</param>
/// <param name="Timestamp">When it was committed: by the commit itself where the table has in-commit timestamps, else by its file, made to grow with the versions.</param>
/// <param name="Info">What the writer said of it; null when it said nothing.</param>
public sealed record DeltaHistoryEntry(long Version, DateTimeOffset Timestamp, JsonObject? Info)
{
    /// <summary>Name of the operation; null when the writer did not say.</summary>
    public string? Operation => Info?["operation"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
