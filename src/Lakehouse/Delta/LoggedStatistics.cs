using System.Text;
using System.Text.Json;

namespace Lakehouse.Delta;

/// <summary>
/// What the log says of a file's rows: how many there are, and of a column how many nulls and which bounds (Delta protocol, "Per-file Statistics"). Columns go by their physical names.
/// Statistics are an aid: missing or damaged ones say nothing.
/// </summary>
public readonly struct LoggedStatistics : IDisposable
{
    private readonly JsonDocument? _document;

    private LoggedStatistics(JsonDocument document) => _document = document;

    /// <summary>Number of rows, those that a deletion vector takes away among them; null when it is not said.</summary>
    public long? Rows => Root is { } root && root.TryGetProperty("numRecords", out var rows) ? Number(rows) : null;

    private JsonElement? Root => _document?.RootElement is { ValueKind: JsonValueKind.Object } root ? root : null;

    /// <summary>Reads an <c>add</c> action's statistics.</summary>
    /// <param name="json">Its <c>stats</c>; null and empty say nothing.</param>
    public static LoggedStatistics Of(string? json) => Of(Encoding.UTF8.GetBytes(json ?? ""));

    /// <inheritdoc cref="Of(string?)"/>
    public static LoggedStatistics Of(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return json.IsEmpty ? default : new(JsonDocument.ParseValue(ref reader));
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>Number of rows of a file; null when its statistics do not say it.</summary>
    public static long? RowsOf(AddFile file)
    {
        using var statistics = Of(file.Stats);
        return statistics.Rows;
    }

    /// <summary>How many rows have null in a column; null when it is not said.</summary>
    public long? Nulls(string column) => Of("nullCount", column) is { } count ? Number(count) : null;

    /// <summary>A bound that no value of a column is below; null when it is not said. Valid until this is disposed.</summary>
    public JsonElement? Lowest(string column) => Of("minValues", column);

    /// <summary>A bound that no value of a column is above, but for what writers cut from instants and texts; null when it is not said. Valid until this is disposed.</summary>
    public JsonElement? Highest(string column) => Of("maxValues", column);

    /// <inheritdoc/>
    public void Dispose() => _document?.Dispose();

    private static long? Number(JsonElement value) => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private JsonElement? Of(string part, string column) =>
        Root is { } root && root.TryGetProperty(part, out var values) && values.ValueKind is JsonValueKind.Object && values.TryGetProperty(column, out var value) ? value : null;
}
