using Lakehouse.Datasets;
using Lakehouse.Delta;

namespace Lakehouse.Tests.Datasets;

/// <summary>Values of partition columns that are easily taken for something else.</summary>
public sealed class PartitionValueTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("NULL")]
    [InlineData("__HIVE_DEFAULT_PARTITION__")]
    public async Task Query_OfATextThatMeansNullInFolders_ReadsTheText(string partition)
    {
        using var bench = new DatasetBench("id BIGINT, name VARCHAR, seq BIGINT, day VARCHAR");
        await bench.PublishAsync(await bench.StageAsync($"SELECT CAST(1 AS BIGINT) AS id, 'a' AS name, CAST(1 AS BIGINT) AS seq, '{partition}' AS day", partition), partition);

        Assert.Equal([$"1|a|1|{partition}"], await bench.RowsAsync());
    }

    [Fact]
    public async Task Stage_OfAnHour_KeepsRowsAsideUnderThePartition()
    {
        const string Hour = "2024-10-27T01:00:00.000000Z";
        using var bench = new DatasetBench("id BIGINT, name VARCHAR, seq BIGINT, day TIMESTAMPTZ");
        bench.Contract = DatasetBench.ContractOf("id BIGINT, name VARCHAR, seq BIGINT, day TIMESTAMPTZ", "    quality:\n      - {name: named, type: custom, engine: duckdb, implementation: \"name <> 'x'\"}\n");

        var made = await bench.StageAsync($"SELECT CAST(i AS BIGINT) AS id, CASE i WHEN 1 THEN 'x' ELSE 'a' END AS name, CAST(1 AS BIGINT) AS seq, TIMESTAMPTZ '2024-10-27 01:00:00+00' AS day FROM range(3) AS t(i)", Hour);
        await bench.PublishAsync(made, Hour);

        var manifest = await StagedManifest.ReadAsync(bench.Lake.Store, made.Staged.ManifestPath, TestContext.Current.CancellationToken);
        Assert.Equal(Hour, Assert.Single(manifest.QuarantineFiles).Partition);
        Assert.Equal(["0|a|1|2024-10-27 01:00:00+00", "2|a|1|2024-10-27 01:00:00+00"], await bench.RowsAsync());
    }

    [Fact]
    public async Task Publish_OfAnHourMergedByKey_WritesTheSameValueAsAReplacedOne()
    {
        const string Hour = "2024-10-27T01:00:00.000000Z";
        using var bench = new DatasetBench("id BIGINT, name VARCHAR, seq BIGINT, day TIMESTAMPTZ") { Merge = new RowMerge { Mode = MergeMode.Upsert, Key = ["id", "day"] } };
        foreach (var (name, epoch) in new[] { ("a", 1L), ("b", 2L) })
        {
            await bench.PublishAsync(await bench.StageAsync($"SELECT CAST(1 AS BIGINT) AS id, '{name}' AS name, CAST(1 AS BIGINT) AS seq, TIMESTAMPTZ '2024-10-27 01:00:00+00' AS day", Hour), Hour, epoch);
        }

        var head = (DeltaSnapshot)(await bench.Lake.Table(DatasetBench.Dataset).HeadAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal([Hour], head.Partitions());
        Assert.Equal(["1|b|1|2024-10-27 01:00:00+00"], await bench.RowsAsync());
    }
}
