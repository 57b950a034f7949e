using System.Text;
using Lakehouse.Raw.Csv;

namespace Lakehouse.Tests.Raw.Csv;

/// <summary>Reads a whole text for tests: the rows, the faults and what the reader threw at the end.</summary>
internal sealed record CsvText(
    IReadOnlyList<string> Header,
    IReadOnlyList<IReadOnlyList<string?>> Rows,
    IReadOnlyList<CsvFault> Faults,
    IReadOnlyList<(long Number, long Line, long Offset, byte[] Raw)> Records,
    string? Error)
{
    public static CsvText Read(string text, CsvDialect? dialect = null) => Read(Encoding.UTF8.GetBytes(text), dialect);

    public static CsvText Read(byte[] bytes, CsvDialect? dialect = null, Stream? stream = null, string name = "file.csv")
    {
        var rows = new List<IReadOnlyList<string?>>();
        var faults = new List<CsvFault>();
        var records = new List<(long, long, long, byte[])>();
        IReadOnlyList<string> header = [];
        try
        {
            using var reader = CsvSource.Open(stream ?? new MemoryStream(bytes), dialect ?? CsvDialect.Default, name);
            header = reader.Header;
            while (reader.Read())
            {
                records.Add((reader.RecordNumber, reader.Line, reader.ByteOffset, reader.GetRawBytes()));
                if (reader.Fault is { } fault)
                {
                    faults.Add(fault);
                    continue;
                }

                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsNull(i) ? null : reader.GetString(i))]);
            }

            return new CsvText(header, rows, faults, records, null);
        }
        catch (LakehouseException e)
        {
            return new CsvText(header, rows, faults, records, $"{e.Code}: {e.Message}");
        }
    }
}
