using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Lakehouse.Contracts;
using Lakehouse.Raw;
using Lakehouse.Yaml;

namespace Lakehouse.Tests.Raw;

/// <summary>JSON lines into bronze: values as they stand, every other line kept aside with its place.</summary>
public sealed class JsonLinesTests : EngineTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Load_ValuesOfEveryKind_KeepsThemAsTheyStand()
    {
        var result = Load(
            """
            {"id": 1, "name": "Zürich \"x\" \u00e9\ud834\udd1e", "pos": {"lat": 47.370000000000000001, "tags": ["a", {"b": 1e400}]}, "ok": true}
            {"ok":null,"pos":{"lat":null,"tags":[]},"name":"","id":12345678901234567890}

            """.ReplaceLineEndings("\n"));

        Assert.Equal((2, 2, 0), (result.Records, result.Loaded, result.Rejected));
        Assert.Equal(
            [["1", "Zürich \"x\" é𝄞", "47.370000000000000001", "a", "{\"lat\": 47.370000000000000001, \"tags\": [\"a\", {\"b\": 1e400}]}", "true", 1L], ["12345678901234567890", "", null, null, "{\"lat\":null,\"tags\":[]}", null, 2L]],
            Connection.Query("SELECT id, name, lat, first_tag, pos, ok, _source_row FROM bronze").Rows);
    }

    [Theory]
    [InlineData("{\"id\": 1, }", "json.invalid", 10)]
    [InlineData("{\"id\": 01}", "json.invalid", 8)]
    [InlineData("{\"id\": 1} x", "json.invalid", 10)]
    [InlineData("{'id': 1}", "json.invalid", 1)]
    [InlineData("{\"id\": NaN}", "json.invalid", 7)]
    [InlineData("[1]", "json.not_an_object", 0)]
    [InlineData("1", "json.not_an_object", 0)]
    [InlineData("null", "json.not_an_object", 0)]
    [InlineData("{\"id\": 1, \"id\": 2}", "json.duplicate_key", 10)]
    [InlineData("{\"id\": 1, \"other\": 2}", "json.unknown_key", 10)]
    [InlineData("{\"name\": \"x\"}", "json.missing_key", 0)]
    [InlineData("{\"id\": \"\\ud800\"}", "json.invalid_encoding", 1)]
    public void Load_ALineThatIsNoRow_KeepsItAsideWithItsPlace(string line, string code, int at)
    {
        const string Good = "{\"id\": 1}\n";
        var result = Load($"{Good}\r\n{line}\r\n{Good}");

        Assert.Equal((3, 2, 1, 1), (result.Records, result.Loaded, result.Rejected, result.BlankLines));
        var reject = Connection.Query("SELECT rule, reason, source_row, \"row\" FROM rejects").Rows.Single();
        Assert.Equal(code, reject[0]);
        Assert.StartsWith($"line 3, byte {12 + at}: ", (string)reject[1]!, StringComparison.Ordinal);
        Assert.Equal(2L, reject[2]);
        using var raw = JsonDocument.Parse((string)reject[3]!);
        Assert.Equal((12, line), (raw.RootElement.GetProperty("byte").GetInt32(), raw.RootElement.GetProperty("text").GetString()));
    }

    [Theory]
    [InlineData("[1]", "a list")]
    [InlineData("\"a\"", "a text")]
    [InlineData("1", "a number")]
    [InlineData("false", "false")]
    [InlineData("null", "null")]
    public void Load_ALineThatIsNoObject_SaysWhatItIsInWords(string line, string words)
    {
        Load($"{line}\n{{\"id\": 1}}\n");

        Assert.Equal($"line 1, byte 0: expected an object, seen {words}", Connection.Scalar<string>("SELECT reason FROM rejects"));
    }

    [Fact]
    public void Load_BytesThatAreNoText_AreKeptInBase64()
    {
        var result = Load([.. "{\"id\": \""u8, 0xFF, .. "\"}\n{\"id\": 2}\n"u8]);

        Assert.Equal((2, 1, 1), (result.Records, result.Loaded, result.Rejected));
        Assert.Equal(["json.invalid_encoding", true], Connection.Query("SELECT rule, \"row\" LIKE '%base64%' AND reason LIKE 'line 1, byte 8:%' FROM rejects").Rows[0]);
    }

    [Theory]
    [InlineData("{\"id\": 1}\n{\"id\": 2")]
    [InlineData("{\"id\": 1}\n{\"id\": \"a")]
    [InlineData("{\"id\": 1}\n{")]
    public void Load_AFileThatIsCutOff_IsRefusedAsAWhole(string text)
    {
        Assert.Equal("json.truncated", Assert.Throws<LakehouseException>(() => Load(text)).Code);
        Assert.Equal(0, Connection.Scalar<long>("SELECT count(*) FROM bronze"));
    }

    [Fact]
    public void Load_ALineThatIsTooLong_CostsOneRecord()
    {
        var result = Load($"{{\"id\": 1}}\n{{\"id\": \"{new string('x', 300_000)}\"}}\n{{\"id\": 3}}\n", max: 1000);

        Assert.Equal((3, 2, 1), (result.Records, result.Loaded, result.Rejected));
        Assert.Equal([["1", 1L], ["3", 3L]], Connection.Query("SELECT id, _source_line FROM bronze ORDER BY ALL").Rows);
    }

    [Fact]
    public void Load_UnknownKeysThatMayBeDiscarded_AreNamed()
    {
        var result = Load("{\"id\": 1, \"zip\": 2, \"more\": {\"a\": 1}}\n", SchemaEvolution.Discard);

        Assert.Equal((1, 1), (result.Records, result.Loaded));
        Assert.Equal(["more", "zip"], result.Header.Discarded);
    }

    [Fact]
    public void Load_PackedAndWithAByteOrderMark_ReadsTheSame()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write([0xEF, 0xBB, 0xBF, .. "{\"id\": 1}\r\n{\"id\": 2}"u8]);
        }

        Assert.Equal(2, Load(packed.ToArray()).Loaded);
        Assert.Equal("json.gzip_truncated", Assert.Throws<LakehouseException>(() => Load(packed.ToArray()[..^3])).Code);
        Assert.Equal(0, Load("").Records);
    }

    [Fact]
    public void Load_RandomLines_AccountsForEveryOne()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder();
            long good = 0, bad = 0, blank = 0;
            for (var i = random.Next(0, 200); i > 0; i--)
            {
                switch (random.Next(4))
                {
                    case 0: text.Append("{\"id\":").Append(random.Next(10)).Append(",\"name\":\"").Append('é', random.Next(0, 3000)).Append("\"}"); good++; break;
                    case 1: text.Append("{\"id\":\"\\n\\u00e9\",\"pos\":{\"tags\":[1,[2]]}}"); good++; break;
                    case 2: text.Append("{\"id\":1,,}"); bad++; break;
                    default: text.Append(' ', random.Next(3)); blank++; break;
                }

                text.Append(random.Next(2) == 0 ? "\n" : "\r\n");
            }

            Connection.Execute("DROP TABLE IF EXISTS bronze; DROP TABLE IF EXISTS rejects");
            var result = Load(text.ToString());

            Assert.True((good + bad, good, bad, blank) == (result.Records, result.Loaded, result.Rejected, result.BlankLines), $"seed {seed}: {result}");
        }
    }

    [Fact]
    public void Of_AnExcelFile_SaysWhatToDo()
    {
        var error = Assert.Throws<LakehouseException>(() => RawFormats.Of(Table(SchemaEvolution.Freeze, 1 << 20, "xlsx")));

        Assert.Equal("raw.format", error.Code);
        Assert.Contains("exported as CSV", error.Message, StringComparison.Ordinal);
    }

    private BronzeLoadResult Load(string text, SchemaEvolution evolution = SchemaEvolution.Freeze, int max = 1 << 24) => Load(Encoding.UTF8.GetBytes(text), evolution, max);

    private BronzeLoadResult Load(byte[] bytes, SchemaEvolution evolution = SchemaEvolution.Freeze, int max = 1 << 24) => BronzeLoader.Load(
        new MemoryStream(bytes),
        new BronzeLoad { Table = Table(evolution, max, "jsonl"), SourceUri = "f.jsonl", FileHash = "h", ArrivedAt = Now, Dataset = "d", Partition = "p", RunId = "r", QuarantinedAt = Now },
        Connection);

    private static ContractTable Table(SchemaEvolution evolution, int max, string format) => new()
    {
        Name = "t",
        ContractVersion = "1.0.0",
        SchemaEvolution = evolution,
        Columns = [.. new[] { "id", "name", "lat", "first_tag", "pos", "ok" }.Select(c => new ContractColumn { Name = c, LogicalType = LogicalType.String })],
        Headers = [new HeaderGeneration("g", [new("id", "id", false), new("name", "name", true), new("lat", "/pos/lat", true), new("first_tag", "/pos/tags/0", true), new("pos", "pos", true), new("ok", "/ok", true)])],
        CustomProperties = YamlReader.Read($"format: {format}\ncsv: {{maxRecordBytes: {max}}}", out _)!.Entries.ToDictionary(e => e.Key, e => e.Value),
    };
}
