using Lakehouse.Contracts;
using Lakehouse.Raw;
using Lakehouse.Yaml;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Raw;

/// <summary>Parquet into bronze: all of it text, schema by the contract's header.</summary>
public sealed class ParquetInputTests() : EngineTests(threads: 2)
{
    private readonly TempDir _folder = new();

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Dispose();
    }

    [Fact]
    public void Load_EveryType_BecomesText()
    {
        var path = Write("SELECT 1::TINYINT AS a, 1.50::DECIMAL(9,2) AS b, TIMESTAMPTZ '2024-01-01 10:00:00+02' AS c, DATE '2024-02-29' AS d, [1, 2] AS e, {'x': 1, 'y': 'é'} AS f, true AS g, NULL::DOUBLE AS h, 'text' AS i, 0.1::DOUBLE AS j");
        var result = Load(path, "abcdefghij".Select(c => c.ToString()));

        Assert.Equal((1, 1, 0), (result.Records, result.Loaded, result.Rejected));
        Assert.Equal(
            ["1", "1.50", "2024-01-01 08:00:00+00", "2024-02-29", "[1,2]", "{\"x\":1,\"y\":\"é\"}", "true", null, "text", "0.1", "file", 1L, null, "h"],
            Connection.Query("SELECT a, b, c, d, e, f, g, h, i, j, _source_uri, _source_row, _source_line, _file_hash FROM bronze").Rows[0]);
        Assert.All(Connection.Describe("SELECT COLUMNS('^[a-j]$') FROM bronze"), c => Assert.Equal("VARCHAR", c.Type));
    }

    [Fact]
    public void Load_ManyRows_NumbersThemAsTheyLie()
    {
        var path = Write("SELECT i AS a, i * 2 AS b FROM range(300000) t(i)");
        var result = Load(path, ["b", "a"]);

        Assert.Equal(300_000, result.Loaded);
        Assert.True(result.Header.Reordered);
        Assert.Equal(300_000, Connection.Scalar<long>("SELECT count(*) FROM bronze WHERE a::BIGINT = _source_row - 1 AND b::BIGINT = 2 * a::BIGINT"));
    }

    [Fact]
    public void Load_FromAStreamThatIsNoFile_ReadsTheSame()
    {
        var path = Write("SELECT 1 AS a");

        Assert.Equal(1, Load(new MemoryStream(File.ReadAllBytes(path)), ["a"]).Loaded);
    }

    [Fact]
    public void Load_OtherColumns_IsRefused()
    {
        var path = Write("SELECT 1 AS a, 2 AS surprise");

        Assert.Equal("contract.header_mismatch", Assert.Throws<LakehouseException>(() => Load(path, ["a"])).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_ABrokenFile_IsRefusedAndLeavesNothing(bool cut)
    {
        var path = Write("SELECT i AS a, md5(i::VARCHAR) AS b FROM range(100000) t(i)");
        var bytes = File.ReadAllBytes(path);
        if (!cut)
        {
            new Random(1).NextBytes(bytes.AsSpan(1000, 100_000));
        }

        File.WriteAllBytes(path, cut ? bytes[..^100] : bytes);

        Assert.Equal("parquet.unreadable", Assert.Throws<LakehouseException>(() => Load(path, ["a", "b"])).Code);
        Connection.Execute("CREATE TABLE IF NOT EXISTS bronze (a VARCHAR)");
        Assert.Equal(0, Connection.Scalar<long>("SELECT count(*) FROM bronze"));
    }

    private string Write(string select)
    {
        var path = _folder.At($"{Guid.NewGuid():N}.parquet");
        Connection.CopyToParquet(select, path);
        return path;
    }

    private BronzeLoadResult Load(string path, IEnumerable<string> columns) => Load(File.OpenRead(path), columns);

    private BronzeLoadResult Load(Stream bytes, IEnumerable<string> columns) => BronzeLoader.Load(
        bytes,
        new BronzeLoad
        {
            Table = new ContractTable
            {
                Name = "t",
                ContractVersion = "1.0.0",
                Columns = [.. columns.Select(c => new ContractColumn { Name = c, LogicalType = LogicalType.String })],
                CustomProperties = YamlReader.Read("format: parquet", out _)!.Entries.ToDictionary(e => e.Key, e => e.Value),
            },
            SourceUri = "file",
            FileHash = "h",
            ArrivedAt = DateTimeOffset.UnixEpoch,
            Dataset = "d",
            Partition = "p",
            RunId = "r",
            QuarantinedAt = DateTimeOffset.UnixEpoch,
        },
        Connection);
}
