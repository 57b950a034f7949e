using Lakehouse.Contracts;
using Lakehouse.Yaml;

namespace Lakehouse.Raw;

/// <summary>Formats of raw files. Spreadsheets are none of them: have them exported as delimited text.</summary>
public enum RawFormat
{
    /// <summary>Delimited text.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>Apache Parquet.</summary>
    Parquet,
}

/// <summary>Formats as words, and which one a contract declares.</summary>
public static class RawFormats
{
    /// <summary>The words of all formats.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetValues<RawFormat>().Select(WordOf)];

    /// <summary>The word for a format.</summary>
    public static string WordOf(RawFormat format) => format == RawFormat.JsonLines ? "jsonl" : format.ToString().ToLowerInvariant();

    /// <summary>The format that a word stands for; null when there is none.</summary>
    public static RawFormat? Parse(string? word) => word?.ToLowerInvariant() switch
    {
        "csv" => RawFormat.Csv,
        "jsonl" or "ndjson" or "json lines" => RawFormat.JsonLines,
        "parquet" => RawFormat.Parquet,
        _ => null,
    };

    /// <summary>The table's format: what the pipeline says (<see cref="ContractTable.Format"/>), else its custom property <c>format</c>: <c>csv</c> (also when it is absent), <c>jsonl</c> or <c>parquet</c>.</summary>
    /// <param name="table">The table.</param>
    /// <exception cref="LakehouseException">Code <c>raw.format</c>: another value.</exception>
    public static RawFormat Of(ContractTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (table.Format is { } said)
        {
            return said;
        }

        return !table.CustomProperties.TryGetValue("format", out var format) ? RawFormat.Csv : Parse(format.AsString()) ?? throw new LakehouseException(
            "raw.format",
            $"Table '{table.Name}', custom property 'format' on line {format.Line}: expected csv, jsonl or parquet, seen {format}."
            + (format.AsString()?.ToLowerInvariant() is "excel" or "xlsx" or "xls" ? $"{Environment.NewLine}Help: spreadsheets are not read; have the file exported as CSV." : ""));
    }
}
