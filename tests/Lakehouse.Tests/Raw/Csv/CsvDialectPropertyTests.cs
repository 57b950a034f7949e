using System.IO.Compression;
using System.Text;
using Lakehouse.DuckDb;
using Lakehouse.Raw.Csv;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Raw.Csv;

/// <summary>Random tables in random dialects, encodings and packings; every failure names its seed.</summary>
public sealed class CsvDialectPropertyTests
{
    private const string Latin = "aZ09 äßçÿ¿£";
    private const string Wide = Latin + "日本𝄞Ω\u2028\u0001";
    private const string Windows = Latin + "€„“™Š";

    static CsvDialectPropertyTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Fact]
    public void Read_TablesInEveryDialectAndEncoding_ComeBackExact()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var dialect = Dialect(random);
            var (bytes, rows) = Write(random, dialect);
            var packed = random.Next(3) == 0 ? Pack(bytes, random) : bytes;
            var read = CsvText.Read(packed, dialect, new ChunkedStream(packed, random, random.Next(2) == 0 ? 7 : 5000));

            Assert.True(read.Error is null, $"seed {seed}: {dialect}: {read.Error}");
            Assert.True(read.Faults.Count == 0, $"seed {seed}: {dialect}: {string.Join(", ", read.Faults)}");
            Assert.True(rows.Count == read.Rows.Count && rows.Zip(read.Rows).All(p => p.First.SequenceEqual(p.Second)), $"seed {seed}: {dialect}: rows differ");
        }
    }

    [Fact]
    public void Read_WithBrokenRecordsBetween_HandsOutEachWithItsPlaceAndKeepsTheOthers()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var encoding = seed % 2 == 0 ? Encoding.UTF8 : Encoding.BigEndianUnicode;
            var text = new MemoryStream();
            var (good, bad, offsets) = (0, 0, new List<long>());
            text.Write(encoding.GetBytes("a,b,c\n"));
            for (var i = random.Next(1, 30); i > 0; i--)
            {
                var isBroken = random.Next(3) == 0;
                if (isBroken)
                {
                    offsets.Add(text.Position);
                }

                (good, bad) = isBroken ? (good, bad + 1) : (good + 1, bad);
                var line = (isBroken, random.Next(4)) switch
                {
                    (false, _) => "1,\"x\ny\",ü",
                    (true, 0) => "1,2",
                    (true, 1) => "1,2,3,4",
                    (true, 2) => "\"1\"x,2,3",
                    _ => "1,\0,3",
                };
                text.Write(encoding.GetBytes(line + (random.Next(2) == 0 ? "\n" : "\r\n")));
            }

            var read = CsvText.Read(text.ToArray(), CsvDialect.Default with { Encoding = seed % 2 == 0 ? CsvEncoding.Utf8 : CsvEncoding.Utf16BigEndian });

            Assert.True(read.Error is null, $"seed {seed}: {read.Error}");
            Assert.Equal((good, bad, good + bad), (read.Rows.Count, read.Faults.Count, read.Records.Count));
            Assert.All(read.Rows, row => Assert.Equal(["1", "x\ny", "ü"], row));
            Assert.Equal(offsets, read.Records.Where(r => encoding.GetString(r.Raw) != "1,\"x\ny\",ü").Select(r => r.Offset));
        }
    }

    [Fact]
    public void Read_CleanFiles_GivesWhatTheEngineReads()
    {
        using var folder = new TempDir();
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
        using var connection = database.Connect();
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var dialect = Dialect(random) with { Encoding = CsvEncoding.Utf8, Quote = random.Next(3) == 0 ? '\'' : '"', HasHeader = true };
            var (bytes, rows) = Write(random, dialect, columns: random.Next(2, 6), lineEnd: random.Next(2) == 0 ? "\n" : "\r\n");
            File.WriteAllBytes(folder.At("a.csv"), bytes);
            var columns = CsvText.Read(bytes, dialect).Header;

            var theirs = connection.Query(
                $"SELECT * FROM read_csv({SqlIdentifier.Literal(folder.At("a.csv"))}, auto_detect = false, header = true, allow_quoted_nulls = false, "
                + $"delim = {SqlIdentifier.Literal(dialect.Delimiter.ToString())}, quote = {SqlIdentifier.Literal(dialect.Quote.ToString()!)}, escape = {SqlIdentifier.Literal(dialect.Quote.ToString()!)}, "
                + $"columns = {{{string.Join(", ", columns.Select(c => $"{SqlIdentifier.Literal(c)}: 'VARCHAR'"))}}})").Rows;

            var ours = CsvText.Read(bytes, dialect).Rows;
            Assert.Equal(rows.Count, ours.Count);
            Assert.True(theirs.Count == ours.Count && ours.Zip(theirs).All(p => p.First.SequenceEqual(p.Second.Select(v => (string?)v))), $"seed {seed}: {dialect}: differs from the engine");
        }
    }

    private static CsvDialect Dialect(Random random) => new()
    {
        Delimiter = ",;\t|^~:"[random.Next(7)],
        Quote = random.Next(5) switch { 0 => null, 1 => '\'', _ => '"' },
        Encoding = (CsvEncoding)random.Next(5),
        HasHeader = random.Next(3) > 0,
    };

    private static (byte[] Bytes, List<string?[]> Rows) Write(Random random, CsvDialect dialect, int? columns = null, string? lineEnd = null)
    {
        var letters = dialect.Encoding switch { CsvEncoding.Latin1 => Latin, CsvEncoding.Windows1252 => Windows, _ => Wide };
        var width = columns ?? random.Next(2, 8);
        var rows = Enumerable.Range(0, random.Next(1, 40)).Select(_ => Enumerable.Range(0, width).Select(_ => Value(random, dialect, letters)).ToArray()).ToList();
        var text = new StringBuilder();
        if (dialect.HasHeader)
        {
            text.AppendJoin(dialect.Delimiter, Enumerable.Range(0, width).Select(i => $"c{i}")).Append(lineEnd ?? "\n");
        }

        foreach (var row in rows)
        {
            text.AppendJoin(dialect.Delimiter, row.Select(v => Written(v, dialect, random))).Append(lineEnd ?? (random.Next(2) == 0 ? "\n" : "\r\n"));
        }

        var encoding = dialect.Encoding switch
        {
            CsvEncoding.Utf16 => Encoding.Unicode,
            CsvEncoding.Utf16BigEndian => Encoding.BigEndianUnicode,
            CsvEncoding.Latin1 => Encoding.Latin1,
            CsvEncoding.Windows1252 => Encoding.GetEncoding(1252),
            _ => Encoding.UTF8,
        };
        return ([.. random.Next(2) == 0 ? encoding.GetPreamble() : [], .. encoding.GetBytes(text.ToString())], rows);
    }

    /// <summary>A value that the dialect can hold: without a quote it can hold neither delimiters nor line ends, and no empty text beside null.</summary>
    private static string? Value(Random random, CsvDialect dialect, string letters)
    {
        if (random.Next(6) == 0)
        {
            return null;
        }

        var runes = letters.EnumerateRunes().Select(r => r.ToString()).ToList();
        if (dialect.Quote is { } quote)
        {
            runes.AddRange([dialect.Delimiter.ToString(), quote.ToString(), "\n", "\r\n", ",", "\""]);
        }

        var value = string.Concat(Enumerable.Range(0, random.Next(dialect.Quote is null ? 1 : 0, 8)).Select(_ => runes[random.Next(runes.Count)]));
        return dialect.Quote is null ? value.Replace(dialect.Delimiter, '_') : value;
    }

    private static string Written(string? value, CsvDialect dialect, Random random)
    {
        if (value is null || dialect.Quote is not { } quote)
        {
            return value ?? "";
        }

        var sign = quote.ToString();
        return value.Length == 0 || value.AsSpan().IndexOfAny([dialect.Delimiter, quote, '\n', '\r']) >= 0 || random.Next(4) == 0
            ? sign + value.Replace(sign, sign + sign, StringComparison.Ordinal) + sign
            : value;
    }

    private static byte[] Pack(byte[] bytes, Random random)
    {
        using var packed = new MemoryStream();
        var half = random.Next(bytes.Length);
        foreach (var part in new[] { bytes[..half], bytes[half..] })
        {
            using var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write(part);
        }

        return packed.ToArray();
    }
}
