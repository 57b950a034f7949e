using Lakehouse.Contracts;
using Lakehouse.Yaml;

namespace Lakehouse.Raw.Csv;

/// <summary>How a delimited text file is written. Comes from the contract, never from guessing.</summary>
public sealed record CsvDialect
{
    /// <summary>Comma, double quote, UTF-8, header on the first line.</summary>
    public static CsvDialect Default { get; } = new();

    /// <summary>Character between fields: one ASCII character. Default: comma.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Character around fields that hold delimiters, line ends or quotes (doubled inside). Default: double quote; null for none.</summary>
    public char? Quote { get; init; } = '"';

    /// <summary>How the bytes are text. Default: UTF-8. A UTF-8 or UTF-16 byte order mark is passed over.</summary>
    public CsvEncoding Encoding { get; init; } = CsvEncoding.Utf8;

    /// <summary>True when the first record names the columns. Default: true.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Greatest length of one record in bytes of UTF-8; longer ones become rejects. Default: 16 MiB.</summary>
    public int MaxRecordBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// The dialect that a table's contract declares in the custom property <c>csv</c>
    /// (<c>{delimiter, quote, encoding, header, maxRecordBytes}</c>); what it leaves out has the default.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <exception cref="LakehouseException">Code <c>csv.dialect</c>: a key or value is not known.</exception>
    public static CsvDialect From(ContractTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (!table.CustomProperties.TryGetValue("csv", out var csv))
        {
            return Default;
        }

        if (csv.Kind is not YamlKind.Map)
        {
            throw Wrong(table, csv, "a map with delimiter, quote, encoding, header or maxRecordBytes", csv.ToString());
        }

        var dialect = Default;
        foreach (var (key, _, _, value) in csv.Entries)
        {
            dialect = key switch
            {
                "delimiter" => dialect with { Delimiter = AsciiCharacter(table, value, key) },
                "quote" => dialect with { Quote = value.Kind is YamlKind.Null || value.Text.Length == 0 ? null : AsciiCharacter(table, value, key) },
                "encoding" => dialect with { Encoding = ReadEncoding(table, value) },
                "header" => dialect with { HasHeader = value.AsBoolean() ?? throw Wrong(table, value, "true or false for 'header'", value.ToString()) },
                "maxRecordBytes" => dialect with { MaxRecordBytes = value.AsInt32() is { } n and > 0 ? n : throw Wrong(table, value, "a positive number for 'maxRecordBytes'", value.ToString()) },
                _ => throw Wrong(table, value, "the keys delimiter, quote, encoding, header and maxRecordBytes", $"'{key}'"),
            };
        }

        return dialect.Delimiter == dialect.Quote ? throw Wrong(table, csv, "a delimiter and a quote that differ", "the same character") : dialect;
    }

    private static char AsciiCharacter(ContractTable table, YamlValue value, string key) =>
        value.Text is { Length: 1 } text && text[0] is > '\0' and < '\x80' and not ('\n' or '\r')
            ? text[0]
            : throw Wrong(table, value, $"one ASCII character for '{key}'", value.ToString());

    private static CsvEncoding ReadEncoding(ContractTable table, YamlValue value) => value.Text.ToLowerInvariant() switch
    {
        "utf-8" or "utf8" => CsvEncoding.Utf8,
        "utf-16" or "utf16" or "utf-16le" => CsvEncoding.Utf16,
        "utf-16be" => CsvEncoding.Utf16BigEndian,
        "latin-1" or "latin1" or "iso-8859-1" => CsvEncoding.Latin1,
        "windows-1252" or "cp1252" => CsvEncoding.Windows1252,
        _ => throw Wrong(table, value, "the encoding utf-8, utf-16, utf-16be, latin-1 or windows-1252", value.ToString()),
    };

    private static LakehouseException Wrong(ContractTable table, YamlValue at, string expected, string seen) =>
        new("csv.dialect", $"Table '{table.Name}', custom property 'csv' on line {at.Line}: expected {expected}, seen {seen}.");
}
