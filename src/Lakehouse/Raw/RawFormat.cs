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

/// <summary>Reads which format a contract declares.</summary>
public static class RawFormats
{
    /// <summary>The format in the table's custom property <c>format</c>: <c>csv</c> (also when it is absent), <c>jsonl</c> or <c>parquet</c>.</summary>
    /// <param name="table">The table.</param>
    /// <exception cref="LakehouseException">Code <c>raw.format</c>: another value.</exception>
    public static RawFormat Of(ContractTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (!table.CustomProperties.TryGetValue("format", out var format))
        {
            return RawFormat.Csv;
        }

        return format.AsString()?.ToLowerInvariant() switch
        {
            "csv" => RawFormat.Csv,
            "jsonl" or "ndjson" or "json lines" => RawFormat.JsonLines,
            "parquet" => RawFormat.Parquet,
            var other => throw new LakehouseException(
                "raw.format",
                $"Table '{table.Name}', custom property 'format' on line {format.Line}: expected csv, jsonl or parquet, seen {format}."
                + (other is "excel" or "xlsx" or "xls" ? $"{Environment.NewLine}Help: spreadsheets are not read; have the file exported as CSV." : "")),
        };
    }
}
