using Lakehouse.DuckDb;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.DuckDb;

/// <summary>Results written straight to Parquet: order, compression, footer, statistics.</summary>
public sealed class ParquetWriteTests() : EngineTests(threads: 2)
{
    private readonly TempDir _folder = new();

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Dispose();
    }

    [Fact]
    public void CopyToParquet_SortedByAKey_LetsReadersSkipRowGroups()
    {
        var file = Write("a", new ParquetWriteOptions { SortedBy = ["the \"key\"", "i"], RowGroupSize = 10_000 });

        Assert.Equal(100_000, file.Rows);
        Assert.Equal("99999", file.Columns.Single(c => c.Name == "i").Max);
        var groups = Connection.Query($"SELECT row_group_id, stats_min::BIGINT, stats_max::BIGINT FROM parquet_metadata({SqlIdentifier.Literal(file.Path)}) WHERE path_in_schema = 'the \"key\"' ORDER BY 1").Rows;
        Assert.True(groups.Count >= 8);
        Assert.All(groups.Zip(groups.Skip(1)), pair => Assert.True((long)pair.First[2]! <= (long)pair.Second[1]!));
    }

    [Fact]
    public void CopyToParquet_SortedTwiceFromOtherOrders_GivesTheSameBytes()
    {
        var options = new ParquetWriteOptions { SortedBy = ["the \"key\"", "i"] };
        var one = Write("one", options);
        var other = Connection.CopyToParquet($"SELECT * FROM ({Source}) ORDER BY hash(i) -- a comment", _folder.At("other"), options);

        Assert.Equal(File.ReadAllBytes(one.Path), File.ReadAllBytes(other.Path));
    }

    [Fact]
    public void CopyToParquet_WithMetadataAndALevel_KeepsThem()
    {
        var plain = Write("plain", new ParquetWriteOptions { CompressionLevel = 1 });
        var tight = Write("tight", new ParquetWriteOptions { CompressionLevel = 15, Metadata = new Dictionary<string, string> { ["run id"] = "it's", ["a"] = "b" } });

        Assert.True(tight.Bytes < plain.Bytes);
        Assert.Equal(
            [["a", "b"], ["run id", "it's"]],
            Connection.Query($"SELECT decode(key), decode(value) FROM parquet_kv_metadata({SqlIdentifier.Literal(tight.Path)}) ORDER BY 1").Rows);
        Assert.Equal("ZSTD", Connection.Scalar<string>($"SELECT DISTINCT compression FROM parquet_metadata({SqlIdentifier.Literal(tight.Path)})"));
    }

    private const string Source = "SELECT i, (hash(i) % 1000)::BIGINT AS \"the \"\"key\"\"\", concat('customer ', i, ' bought ', hash(i) % 977, ' pieces of ', i % 31) AS m FROM range(100000) t(i)";

    private ParquetFile Write(string name, ParquetWriteOptions options) => Connection.CopyToParquet(Source, _folder.At(name), options);
}
