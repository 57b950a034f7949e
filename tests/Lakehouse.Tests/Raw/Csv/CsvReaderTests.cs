using System.IO.Compression;
using System.Text;
using Lakehouse.Raw.Csv;

namespace Lakehouse.Tests.Raw.Csv;

public sealed class CsvReaderTests
{
    [Fact]
    public void Read_QuotesLineEndsAndNulls_KeepsEveryValueExact()
    {
        var text = CsvText.Read("a,b\r\n1,\"x,\"\"y\"\"\r\nz\"\n ,\"\"\r\n,\r\r\n5' \"q\",\"\"\"\"\n");

        Assert.Null(text.Error);
        Assert.Empty(text.Faults);
        Assert.Equal([["1", "x,\"y\"\r\nz"], [" ", ""], [null, "\r"], ["5' \"q\"", "\""]], text.Rows);
        Assert.Equal([(1, 2, 5), (2, 4, 20), (3, 5, 26), (4, 6, 30)], text.Records.Select(r => ((int)r.Number, (int)r.Line, (int)r.Offset)));
    }

    [Fact]
    public void Read_ByteOrderMark_IsNoPartOfTheHeader()
    {
        var text = CsvText.Read("\uFEFFa,b\n1,2\n");

        Assert.Equal(["a", "b"], text.Header);
        Assert.Equal(7, text.Records[0].Offset);
    }

    [Fact]
    public void Read_LastLineWithoutLineEnd_IsARow() =>
        Assert.Equal([["1", "2"], ["3", "4"]], CsvText.Read("a,b\n1,2\n3,4").Rows);

    [Fact]
    public void Read_BlankLines_AreNoRecordsUnlessThereIsOneColumn()
    {
        Assert.Equal([["1", "2"]], CsvText.Read("a,b\n\n1,2\r\n\r\n\n").Rows);
        Assert.Equal([["1"], [null], ["2"]], CsvText.Read("a\n1\n\n2\n").Rows);
    }

    [Fact]
    public void Read_FaultyRecords_AreHandedOutWithReasonPlaceAndRawBytes()
    {
        byte[] bytes = [.. "a,b\n1\n1,2,3\n\"x\"y,2\nok,1\n"u8, (byte)'z', 0xFF, .. ",1\nq\0,1\nok,2\n"u8];

        var text = CsvText.Read(bytes);

        Assert.Null(text.Error);
        Assert.Equal([["ok", "1"], ["ok", "2"]], text.Rows);
        Assert.Equal(
            [("csv.too_few_columns", 4), ("csv.too_many_columns", 6), ("csv.text_after_quote", 15), ("csv.invalid_encoding", 25), ("csv.nul_byte", 30)],
            text.Faults.Select(f => (f.Code, (int)f.ByteOffset)));
        Assert.Equal("7AFF2C31", Convert.ToHexString(text.Records[4].Raw));
        Assert.Equal(7, text.Records.Count);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3", "csv.truncated", "line 3, byte 8", "2 columns")]
    [InlineData("a,b\n1,2\n3,\"4\n5", "csv.truncated", "line 3, byte 8", "a closing quote")]
    [InlineData("a,\"b\n1,2\n", "csv.truncated", "line 1, byte 0", "a closing quote")]
    [InlineData("", "csv.empty", "line 1, byte 0", "a header")]
    [InlineData("\uFEFF", "csv.empty", "line 1, byte 0", "a header")]
    [InlineData("\n\r\n\n", "csv.empty", "line 1, byte 0", "a header")]
    [InlineData("a\0b,c\n1,2\n", "csv.header", "line 1, byte 1", "NUL byte")]
    public void Read_CutOffOrEmptyFile_NamesPlaceExpectedAndHelp(string content, string code, string place, string expected)
    {
        var error = CsvText.Read(content).Error!;

        Assert.StartsWith(code + ": 'file.csv'", error, StringComparison.Ordinal);
        Assert.Contains(place, error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Contains("Help: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Gzip_ReadsItByItsFirstBytes() =>
        Assert.Equal([["1", "2"]], CsvText.Read(Gzip("a,b\n1,2\n"), name: "no-extension").Rows);

    [Fact]
    public void Read_GzipCutAnywhere_NeverPassesForAShorterFile()
    {
        var first = Gzip("a,b\n");
        byte[] packed = [.. first, .. Gzip(string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i},{i * 7919 % 1000}\n")))];
        for (var length = 2; length < packed.Length; length += length < 60 || length > packed.Length - 20 ? 1 : 97)
        {
            // Cut between two members nothing tells that another was to follow.
            if (length == first.Length)
            {
                continue;
            }

            var error = CsvText.Read(packed[..length]).Error;

            Assert.True(error is not null, $"cut at {length} of {packed.Length}");
            Assert.True(error!.StartsWith("csv.gzip_truncated: 'file.csv'", StringComparison.Ordinal), $"cut at {length}: {error}");
        }
    }

    [Fact]
    public void Read_GzipOfManyMembers_AlsoEmptyOnes_IsReadWholeInAnyChunks()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var rows = Enumerable.Range(0, random.Next(1, 20000)).Select(_ => random.Next(100000)).ToList();
            var packed = Gzip("a\n").ToList();
            for (var at = 0; at < rows.Count;)
            {
                var take = Math.Min(rows.Count - at, random.Next(3) == 0 ? 0 : random.Next(5000));
                packed.AddRange(Gzip(string.Concat(rows.Skip(at).Take(take).Select(r => $"{r}\n"))));
                at += take;
            }

            var text = CsvText.Read([], null, new ChunkedStream([.. packed], random, 9000));

            Assert.True(text.Error is null, $"seed {seed}: {text.Error}");
            Assert.Equal(rows, text.Rows.Select(r => int.Parse(r[0]!, System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public void Read_DamagedGzip_IsAnError()
    {
        var packed = Gzip("a,b\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i},{i * 7919 % 1000}\n")));
        packed[^6] ^= 0x55;
        Assert.Contains("csv.gzip_corrupt", CsvText.Read(packed).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherArchivesAndWrongNames_AreNamed()
    {
        Assert.Contains("seen ZIP data", CsvText.Read([0x50, 0x4B, 0x03, 0x04, 1, 2]).Error, StringComparison.Ordinal);
        Assert.Contains("csv.zstd_truncated", CsvText.Read([0x28, 0xB5, 0x2F, 0xFD, 1, 2]).Error, StringComparison.Ordinal);
        Assert.Contains("csv.gzip_corrupt", CsvText.Read("a,b\n1,2\n"u8.ToArray(), name: "x.csv.gz").Error, StringComparison.Ordinal);
        Assert.Contains("csv.encoding", CsvText.Read([0xFF, 0xFE, (byte)'a', 0]).Error, StringComparison.Ordinal);
        Assert.Contains("csv.missing", Assert.Throws<LakehouseException>(() => CsvSource.Open("/nowhere/x.csv", CsvDialect.Default)).Code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CsvEncoding.Latin1, "iso-8859-1")]
    [InlineData(CsvEncoding.Windows1252, "windows-1252")]
    [InlineData(CsvEncoding.Utf16, "utf-16")]
    [InlineData(CsvEncoding.Utf16BigEndian, "utf-16BE")]
    public void Read_OtherEncodings_GivesTextOffsetsAndRawBytesOfTheSource(CsvEncoding encoding, string name)
    {
        var codec = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        string[] lines = ["stadt,land\r\n", "Köln,D\r\n", "Ærø,DK,x\r\n", encoding is CsvEncoding.Latin1 or CsvEncoding.Windows1252 ? "é,\n" : "𝄞,\"日\"\n"];
        var bytes = lines.SelectMany(codec.GetBytes).ToArray();

        var text = CsvText.Read(bytes, CsvDialect.Default with { Encoding = encoding });

        Assert.Equal(["Köln", "D"], text.Rows[0]);
        Assert.Equal(encoding is CsvEncoding.Latin1 or CsvEncoding.Windows1252 ? ["é", null] : ["𝄞", "日"], text.Rows[1]);
        Assert.Equal(codec.GetBytes("Ærø,DK,x"), text.Records[1].Raw);
        Assert.Equal(codec.GetByteCount(lines[0] + lines[1]), text.Records[1].Offset);
        Assert.Equal(codec.GetByteCount(lines[0] + lines[1] + lines[2]), text.Records[2].Offset);
    }

    [Fact]
    public void Read_HalfSurrogateOfUtf16_IsARejectWithItsOwnBytes()
    {
        byte[] bytes = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a,b\n"), 0x3D, 0xD8, .. Encoding.Unicode.GetBytes(",1\nx,2\n")];

        var text = CsvText.Read(bytes, CsvDialect.Default with { Encoding = CsvEncoding.Utf16 });

        Assert.Equal([["x", "2"]], text.Rows);
        Assert.Equal(("csv.invalid_encoding", 10L), text.Faults.Select(f => (f.Code, f.ByteOffset)).Single());
        Assert.Equal("3DD82C003100", Convert.ToHexString(text.Records[0].Raw));
        Assert.Contains("csv.truncated", CsvText.Read(bytes[..^1], CsvDialect.Default with { Encoding = CsvEncoding.Utf16 }).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_QuoteThatIsNeverClosed_CostsOneRecordWhenTheLimitIsReached()
    {
        var rows = string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},x\n"));

        var text = CsvText.Read("a,b\n1,\"oops\n" + rows, CsvDialect.Default with { MaxRecordBytes = 50 });

        Assert.Null(text.Error);
        Assert.Equal(100, text.Rows.Count);
        Assert.Equal("1,\"oops", Encoding.UTF8.GetString(text.Records[0].Raw));
        Assert.Equal(CsvFaultKind.RecordTooLong, Assert.Single(text.Faults).Kind);
    }

    [Fact]
    public void Read_LineOverTheLimit_IsCutAndPassedOver()
    {
        var text = CsvText.Read("a,b\n1,2\n" + new string('x', 500_000) + ",1\n3,4\n", CsvDialect.Default with { MaxRecordBytes = 1000 });

        Assert.Equal([["1", "2"], ["3", "4"]], text.Rows);
        Assert.Equal(1000, text.Records[1].Raw.Length);
        Assert.Equal(4, text.Records[2].Line);
        Assert.Equal(500_011, text.Records[2].Offset);
    }

    [Fact]
    public void Read_OtherDelimiterNoQuoteNoHeader_FollowsTheDialect()
    {
        var dialect = new CsvDialect { Delimiter = '\t', Quote = null, HasHeader = false };

        Assert.Equal([["\"a", "b,c"], ["1", "\"2\""]], CsvText.Read("\"a\tb,c\n1\t\"2\"\n", dialect).Rows);
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }
}
