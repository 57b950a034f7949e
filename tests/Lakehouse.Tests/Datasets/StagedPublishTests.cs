using Lakehouse.Datasets;
using Lakehouse.DuckDb;

namespace Lakehouse.Tests.Datasets;

/// <summary>The way of rows from an attempt to a table.</summary>
public sealed class StagedPublishTests
{
    [Fact]
    public async Task Stage_TheSameRowsTwice_GivesTheSameBytes()
    {
        using var bench = new DatasetBench();
        const string Sql = "SELECT CAST(range AS BIGINT) AS id, 'n' || range AS name, CAST(range % 7 AS BIGINT) AS seq, DATE '2024-05-01' AS day FROM range(20000) ORDER BY hash(range)";

        var files = new List<byte[]>();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var (staged, _) = await bench.StageAsync(Sql);
            var manifest = await StagedManifest.ReadAsync(bench.Lake.Store, staged.ManifestPath, TestContext.Current.CancellationToken);
            files.Add((await bench.Lake.Store.ReadAsync(Assert.Single(manifest.Files).Path, TestContext.Current.CancellationToken))!);
        }

        Assert.Equal(files[0], files[1]);
    }

    [Fact]
    public async Task Run_StagedFilesThatAreGone_SaysSo()
    {
        using var bench = new DatasetBench();
        var made = await bench.StageAsync(DatasetBench.Values("(1, 'a', 1)"));
        var manifest = await StagedManifest.ReadAsync(bench.Lake.Store, made.Staged.ManifestPath, TestContext.Current.CancellationToken);
        await bench.Lake.Store.DeleteAsync(manifest.Files[0].Path, TestContext.Current.CancellationToken);

        Assert.Equal(StagedManifest.MissingCode, (await Assert.ThrowsAsync<LakehouseException>(() => bench.PublishAsync(made))).Code);
        await bench.Lake.Store.DeleteAsync(made.Staged.ManifestPath, TestContext.Current.CancellationToken);
        Assert.Equal(StagedManifest.MissingCode, (await Assert.ThrowsAsync<LakehouseException>(() => bench.PublishAsync(made))).Code);
    }

    [Fact]
    public async Task Run_StagedFilesOfAMergeThatAreGone_SaysSo()
    {
        using var bench = new DatasetBench { Merge = new RowMerge { Mode = MergeMode.Upsert, Key = ["id"] } };
        var made = await bench.StageAsync(DatasetBench.Values("(1, 'a', 1)"));
        var manifest = await StagedManifest.ReadAsync(bench.Lake.Store, made.Staged.ManifestPath, TestContext.Current.CancellationToken);
        await bench.Lake.Store.DeleteAsync(manifest.Files[0].Path, TestContext.Current.CancellationToken);

        Assert.Equal(StagedManifest.MissingCode, (await Assert.ThrowsAsync<LakehouseException>(() => bench.PublishAsync(made))).Code);
    }

    [Fact]
    public async Task Stage_RowsOutsideOfThePartitions_IsRefused()
    {
        using var bench = new DatasetBench();

        var error = await Assert.ThrowsAsync<LakehouseException>(() => bench.StageAsync(DatasetBench.Values("(1, 'a', 1)", "2024-05-07")));

        Assert.Equal("quality.partition", error.Code);
        Assert.Contains("2024-05-07", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MergeMode.Replace)]
    [InlineData(MergeMode.Append)]
    [InlineData(MergeMode.Upsert)]
    public async Task Run_NewColumnsAndWiderTypes_ComeWithTheRowsInOneCommit(MergeMode mode)
    {
        using var bench = new DatasetBench("id BIGINT, name VARCHAR, n INTEGER, day DATE") { Merge = new RowMerge { Mode = mode, Key = ["id"] } };
        var first = await bench.PublishAsync(await bench.StageAsync("SELECT 1::BIGINT AS id, 'a' AS name, 7::INTEGER AS n, DATE '2024-05-01' AS day"));
        bench.Contract = DatasetBench.ContractOf("id BIGINT, name VARCHAR, n BIGINT, day DATE, extra VARCHAR");

        var second = await bench.PublishAsync(
            await bench.StageAsync("SELECT 2::BIGINT AS id, 'b' AS name, 5000000000 AS n, DATE '2024-05-02' AS day, 'new' AS extra", "2024-05-02"), "2024-05-02");

        Assert.Equal(first.Version + 1, second.Version);
        Assert.Equal(["1|a|7|-", "2|b|5000000000|new"], await bench.RowsAsync("id, name, n, extra"));
    }

    [Fact]
    public async Task Stage_OtherColumns_NamesWhatIsNotAdditive()
    {
        using var bench = new DatasetBench("id BIGINT, name VARCHAR, n BIGINT, day DATE");
        await bench.PublishAsync(await bench.StageAsync("SELECT 1::BIGINT AS id, 'a' AS name, 7::BIGINT AS n, DATE '2024-05-01' AS day"));
        bench.Contract = DatasetBench.ContractOf("id BIGINT, n VARCHAR, day DATE, extra VARCHAR");

        var error = await Assert.ThrowsAsync<LakehouseException>(() => bench.StageAsync("SELECT 2::BIGINT AS id, 'x' AS n, DATE '2024-05-01' AS day, 'new' AS extra"));

        Assert.Equal("schema.changed", error.Code);
        Assert.Contains("'name' VARCHAR is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("'n' was BIGINT and is now VARCHAR", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("extra", error.Message, StringComparison.Ordinal);
        Assert.Single(await bench.RowsAsync("id"));
    }

    [Fact]
    public async Task Stage_ReferencesToAnotherTable_AreChecked()
    {
        using var bench = new DatasetBench();
        bench.Contract = DatasetBench.ContractOf("id BIGINT, name VARCHAR, seq BIGINT, day DATE", "    relationships: [{type: foreignKey, from: things.seq, to: others.id}, {type: foreignKey, from: things.id, to: things.seq}]\n");

        var (staged, _) = await bench.StageAsync(DatasetBench.Values("(1, 'a', 1), (2, 'orphan', 2)"), before: async attempt =>
        {
            attempt.Connection.Execute("CREATE TABLE main.others AS SELECT 1::BIGINT AS id");
            attempt.Refer("others", "main.others");
            await attempt.ReferToOwnAsync("things", null, TestContext.Current.CancellationToken);
        });

        Assert.Equal(["seq.reference"], staged.Report.Results.Where(r => r.Offenders > 0).Select(r => r.Rule));
        Assert.Equal(1, staged.Report.Quarantined);
    }
}
