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
                max[column.Name] = high;
            }
        }

        return new JsonObject { ["numRecords"] = file.Rows, ["minValues"] = min, ["maxValues"] = max, ["nullCount"] = nulls }.ToJsonString();
    }

    private static (JsonNode Low, JsonNode High)? Bounds(string type, string low, string high) => type switch
    {
        "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" => (Whole(low), Whole(high)),
        "FLOAT" or "DOUBLE" => Real(low) is { } lowest && Real(high) is { } highest ? (lowest, highest) : null,
        "DATE" => (low, high),
        "TIMESTAMP WITH TIME ZONE" => (Instant(low, roundUp: false), Instant(high, roundUp: true)),
        "VARCHAR" => Upper(high) is { } upper ? (Prefix(low), upper) : null,
        _ when type.StartsWith("DECIMAL", StringComparison.Ordinal) => (JsonNode.Parse(low)!, JsonNode.Parse(high)!),
        _ => null,
    };

    private static JsonNode Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static JsonNode? Real(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    /// <summary>Milliseconds, as Spark writes them: down for the lower bound, up for the upper.</summary>
    private static JsonNode Instant(string text, bool roundUp)
    {
        var time = DateTimeOffset.Parse(text.EndsWith("+00", StringComparison.Ordinal) ? text + ":00" : text, CultureInfo.InvariantCulture);
        var whole = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));
        return (roundUp && whole != time ? whole.AddMilliseconds(1) : whole).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    private static string Prefix(string text)
    {
        var end = CutAt(text);
        return end == text.Length ? text : text[..end];
    }

    /// <summary>A cut text sorts below the whole one, so its last character that has a successor is raised; null when none has.</summary>
    private static string? Upper(string text)
    {
        var end = CutAt(text);
        if (end == text.Length)
        {
            return text;
        }

        var runes = text[..end].EnumerateRunes().ToList();
        for (var i = runes.Count - 1; i >= 0; i--)
        {
            var next = runes[i].Value == 0xD7FF ? 0xE000 : runes[i].Value + 1;
            if (Rune.IsValid(next))
            {
                return string.Concat(runes.Take(i).Append(new Rune(next)));
            }
        }

        return null;
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
