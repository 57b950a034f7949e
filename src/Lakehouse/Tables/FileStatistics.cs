using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables;

/// <summary>
/// The engine's file statistics as the <c>stats</c> text of a Delta <c>add</c>: counts, and bounds typed as Spark writes them. A bound may be wider than
/// the data, never narrower. Source: Delta protocol, "Per-file Statistics".
/// </summary>
public static class FileStatistics
{
    private const int StringPrefix = 32;

    /// <summary>The text for a file.</summary>
    public static string Json(ParquetFile file)
    {
        JsonObject min = [], max = [], nulls = [];
        foreach (var column in file.Columns)
        {
            if (column.Nulls is { } count)
            {
                nulls[column.Name] = count;
            }

            // With NaN among the values the engine's bounds leave it out, and readers order NaN above everything.
            if (column is { Min: { } lowest, Max: { } highest, HasNaN: false } && Bounds(column.Type, lowest, highest) is var (low, high))
            {
                min[column.Name] = low;
                if (high is not null)
                {
                    max[column.Name] = high;
                }
            }
        }

        return new JsonObject { ["numRecords"] = file.Rows, ["minValues"] = min, ["maxValues"] = max, ["nullCount"] = nulls }.ToJsonString();
    }

    internal static (JsonNode Low, JsonNode? High)? Bounds(string type, string low, string high) => type switch
    {
        "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" => (Whole(low), Whole(high)),
        "FLOAT" or "DOUBLE" => Real(low) is { } lowest && Real(high) is { } highest ? ((JsonNode, JsonNode?)?)(lowest, highest) : null,
        "DATE" => (low, high),
        "TIMESTAMP WITH TIME ZONE" => (Instant(low, roundUp: false), Instant(high, roundUp: true)),
        "TIMESTAMP" => (Instant(low + "+00", roundUp: false, zone: ""), Instant(high + "+00", roundUp: true, zone: "")),
        "VARCHAR" => (Prefix(low), Upper(high)),
        _ when type.StartsWith("DECIMAL", StringComparison.Ordinal) => (JsonNode.Parse(low)!, JsonNode.Parse(high)!),
        _ => null,
    };

    private static JsonNode Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static JsonNode? Real(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    /// <summary>Milliseconds, as Spark writes them: down for the lower bound, up for the upper.</summary>
    private static JsonNode Instant(string text, bool roundUp, string zone = "'Z'")
    {
        var time = DateTimeOffset.Parse(text.EndsWith("+00", StringComparison.Ordinal) ? text + ":00" : text, CultureInfo.InvariantCulture);
        var whole = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));
        return (roundUp && whole != time ? whole.AddMilliseconds(1) : whole).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff" + zone, CultureInfo.InvariantCulture);
    }

    private static string Prefix(string text)
    {
        var end = CutAt(text);
        return end == text.Length ? text : text[..end];
    }

    /// <summary>
    /// A cut text sorts below the whole one, so a character that sorts above the first one cut away is appended, as Spark does it: U+007F among ASCII, else
    /// the last code point there is. Null where none does.
    /// </summary>
    private static string? Upper(string text)
    {
        var end = CutAt(text);
        if (end == text.Length)
        {
            return text;
        }

        return Rune.GetRuneAt(text, end).Value switch
        {
            < 0x7F => text[..end] + "\u007f",
            < 0x10FFFF => text[..end] + "\U0010FFFF",
            _ => null,
        };
    }

    private static int CutAt(string text)
    {
        var taken = 0;
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (taken++ == StringPrefix)
            {
                return end;
            }

            end += rune.Utf16SequenceLength;
        }

        return text.Length;
    }
}
