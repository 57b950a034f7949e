using Integration.Tests.Cli;

namespace Integration.Tests.Runs;

/// <summary>Runs that would be refused, because the pipeline has changed in a way that does not fit its tables: plans name them, and nothing of them is started.</summary>
public sealed class ForetoldRefusalTests
{
    private const string Merge = "[dataset.merge] 2 partitions, 2024-05-01 to 2024-05-02: The rows of table 'silver.sales' came by 'replace'";

    [Fact]
    public async Task Run_OfAnotherMerge_IsForetoldStartsNothingAndIsForgottenWhenTheChangeIsTakenBack()
    {
        using var workspace = await SalesAsync();
        workspace.Edit("pipelines/shop/pipeline.yaml", "silver.sales: {key: [id]}", "silver.sales: {key: [id], merge: upsert}");

        Assert.Contains("refused: " + Merge, (await workspace.CallAsync("plan", "pipelines/shop")).ShouldSucceed().Output, StringComparison.Ordinal);
        var plan = (await workspace.CallAsync("plan", "pipelines/shop", "--json")).ShouldSucceed();
        var refused = Assert.Single(CovidWorkspace.Parse(plan.Output).GetProperty("refused").EnumerateArray());
        Assert.Equal(("silver.sales", "dataset.merge", 2), (refused.GetProperty("dataset").GetString(), refused.GetProperty("type").GetString(), refused.GetProperty("count").GetInt32()));
        var runs = (await workspace.CallAsync("runs", "--json")).ShouldSucceed().Output;
        var hash = CovidWorkspace.Parse(plan.Output).GetProperty("hash").GetString()!;
        foreach (var run in new[] { await workspace.CallAsync("run", "pipelines/shop"), await workspace.CallAsync("run", "pipelines/shop", "--plan", hash) })
        {
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("0 partitions to run, 0 up to date, 2 refused and not started", run.Output, StringComparison.Ordinal);
            Assert.Contains("REFUSED 2024-05-01 and 1 more partition, not started", run.Output, StringComparison.Ordinal);
        }

        Assert.Equal(runs, (await workspace.CallAsync("runs", "--json")).ShouldSucceed().Output);
        workspace.Edit("pipelines/shop/pipeline.yaml", ", merge: upsert", "");
        Assert.Contains("nothing to do, 2 partitions up to date", (await workspace.CallAsync("run", "pipelines/shop")).ShouldSucceed().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id BIGINT, price BIGINT, day DATE", "AS amount", "AS price", "'amount' BIGINT is missing")]
    [InlineData("id BIGINT, amount VARCHAR, day DATE", "TRY_CAST(amount AS BIGINT)", "amount", "'amount' was BIGINT and is now VARCHAR")]
    public async Task Plan_OfColumnsThatAreNoLongerThere_NamesThem(string columns, string was, string now, string seen)
    {
        using var workspace = await SalesAsync();
        workspace.Contract("shop", "silver.sales", columns);
        workspace.Edit("pipelines/shop/models/silver.sales.sql", was, now);

        var plan = (await workspace.CallAsync("plan", "pipelines/shop")).ShouldSucceed().Output;

        Assert.Contains("refused: [schema.changed] 2 partitions", plan, StringComparison.Ordinal);
        Assert.Contains(seen, plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_OfNewColumnsAndTypesInOtherWords_RefusesNothing()
    {
        using var workspace = await SalesAsync();
        workspace.Contract("shop", "silver.sales", "id INT8, amount int8, note VARCHAR, day DATE");
        workspace.Model("shop", "silver.sales", "SELECT CAST(id AS BIGINT) AS id, TRY_CAST(amount AS BIGINT) AS amount, 'x' AS note, day FROM bronze.shop WHERE day = $partition_date");

        Assert.DoesNotContain("refused", (await workspace.CallAsync("plan", "pipelines/shop")).ShouldSucceed().Output, StringComparison.Ordinal);

        await workspace.RunAsync("shop");
        Assert.Equal(["1|10|x|2024-05-01", "2|20|x|2024-05-02"], await workspace.RowsAsync("id, amount, note, day", "silver.sales"));
    }

    [Fact]
    public async Task Backfill_OfAnotherMerge_IsForetoldAndEachRunSaysWhy()
    {
        using var workspace = await SalesAsync();
        workspace.Edit("pipelines/shop/pipeline.yaml", "silver.sales: {key: [id]}", "silver.sales: {key: [id], merge: upsert}");

        Assert.Contains("refused: " + Merge, (await workspace.CallAsync("backfill", "plan", "shop", "--name", "all")).Output, StringComparison.Ordinal);

        var ended = await workspace.CallAsync("backfill", "submit", "shop", "--name", "all", "--yes", "--wait");
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("0 published, 0 skipped, 2 failed", ended.Output, StringComparison.Ordinal);
        Assert.Equal(["1|10|2024-05-01", "2|20|2024-05-02"], await workspace.RowsAsync("id, amount, day", "silver.sales"));
    }

    /// <summary>Sales of two days that have run.</summary>
    private static async Task<SmallWorkspace> SalesAsync()
    {
        var workspace = new SmallWorkspace();
        workspace.Pipeline("shop", "id, amount", "silver.sales: {key: [id]}");
        workspace.Contract("shop", "silver.sales", "id BIGINT, amount BIGINT, day DATE");
        workspace.Model("shop", "silver.sales", "SELECT CAST(id AS BIGINT) AS id, TRY_CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
        workspace.Day("shop", 1, "id,amount\n1,10");
        workspace.Day("shop", 2, "id,amount\n2,20");
        await workspace.RunAsync("shop");
        return workspace;
    }
}
