using Integration.Tests.Cli;

namespace Integration.Tests.Runs;

/// <summary>Partitions of several files, of which some change, move or are deleted.</summary>
public sealed class SeveralFilesTests
{
    [Fact]
    public async Task Run_OfFilesWithOneNameInTwoFolders_TellsThemApart()
    {
        using var workspace = Regions("north", "south");
        await workspace.RunAsync("shop");
        Assert.Equal(["30|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));

        workspace.Write("pipelines/shop/sample/region=south/2024-05-01.csv", "id,amount\n2,25");
        var reason = (await PlanAsync(workspace)).GetProperty("runs")[0].GetProperty("reasons");
        await workspace.RunAsync("shop");

        Assert.Equal(workspace.At("pipelines/shop/sample/region=south/2024-05-01.csv"), Assert.Single(reason.EnumerateArray()).GetProperty("subject").GetString());
        Assert.Equal(["35|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));
    }

    [Fact]
    public async Task Run_OfADayForWhichOneSourceHasNoFile_TakesItAsNoRowsUntilItComes()
    {
        using var workspace = SmallWorkspace.Shop();
        workspace.Edit("pipelines/shop/pipeline.yaml", "sources:\n", "sources:\n  refunds: {path: \"refunds/{yyyy}-{MM}-{dd}.csv\"}\n");
        workspace.Edit("pipelines/shop/pipeline.yaml", "datasets:\n", "datasets:\n  bronze.refunds: {source: refunds}\n  gold.refunds: {key: [day]}\n");
        workspace.Write("pipelines/shop/contracts/bronze.refunds.odcs.yaml", File.ReadAllText(workspace.At("pipelines/shop/contracts/bronze.shop.odcs.yaml")).Replace("shop", "refunds", StringComparison.Ordinal));
        workspace.Contract("shop", "gold.refunds", "sold BIGINT, back BIGINT, day DATE");
        workspace.Model("shop", "gold.refunds", "SELECT (SELECT count(*) FROM silver.sales) AS sold, (SELECT count(*) FROM bronze.refunds) AS back, $partition_date AS day");
        Directory.CreateDirectory(workspace.At("pipelines/shop/refunds"));
        await workspace.RunAsync("shop");
        Assert.Equal(["1|0|2024-05-01"], await workspace.RowsAsync("sold, back, day", "gold.refunds"));

        workspace.Write("pipelines/shop/refunds/2024-05-01.csv", "id,amount\n1,10");
        workspace.Write("pipelines/shop/refunds/2024-05-02.csv", "id,amount\n1,10");
        await workspace.RunAsync("shop");

        Assert.Equal(["0|1|2024-05-02", "1|1|2024-05-01"], await workspace.RowsAsync("sold, back, day", "gold.refunds"));
        Assert.Empty((await PlanAsync(workspace)).GetProperty("runs").EnumerateArray());
    }

    [Fact]
    public async Task Run_AfterFilesWereDeleted_KeepsTheirRowsWhateverMakesItRunAgain()
    {
        using var workspace = Regions("north", "south");
        await workspace.RunAsync("shop");
        File.Delete(workspace.At("pipelines/shop/sample/region=south/2024-05-01.csv"));

        Assert.Empty((await PlanAsync(workspace)).GetProperty("runs").EnumerateArray());
        workspace.Write("pipelines/shop/sample/region=west/2024-05-01.csv", "id,amount\n3,30");
        await workspace.RunAsync("shop");
        Assert.Equal(["1|10|2024-05-01", "2|20|2024-05-01", "3|30|2024-05-01"], await workspace.RowsAsync("id, amount, day", "silver.sales"));

        // Nothing is left at the source: a change of code is worked in all the same.
        Directory.Delete(workspace.At("pipelines/shop/sample"), recursive: true);
        Directory.CreateDirectory(workspace.At("pipelines/shop/sample"));
        workspace.Model("shop", "gold.sums", "SELECT CAST(2 * sum(amount) AS BIGINT) AS total, $partition_date AS day FROM silver.sales");
        await workspace.RunAsync("shop");
        Assert.Equal(["120|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));
        await workspace.RunAsync("shop", "--force");
        Assert.Equal(["120|2024-05-01"], await workspace.RowsAsync("total, day", "gold.sums"));

        // What comes back under another name was moved; what comes back under its own is what it was.
        workspace.Write("pipelines/shop/sample/region=east/2024-05-01.csv", "id,amount\n2,20");
        workspace.Write("pipelines/shop/sample/region=west/2024-05-01.csv", "id,amount\n3,31");
        await workspace.RunAsync("shop");
        Assert.Equal(["1|10|2024-05-01", "2|20|2024-05-01", "3|31|2024-05-01"], await workspace.RowsAsync("id, amount, day", "silver.sales"));
    }

    [Fact]
    public async Task Run_AfterAFileWasDeletedAndItsSourceRenamed_IsRefusedRatherThanForgettingItsRows()
    {
        using var workspace = Regions("north", "south");
        var pipeline = File.ReadAllText(workspace.At("pipelines/shop/pipeline.yaml"));
        await workspace.RunAsync("shop");
        workspace.Write("pipelines/shop/pipeline.yaml", pipeline.Replace("files", "sales", StringComparison.Ordinal));
        await workspace.RunAsync("shop");

        File.Delete(workspace.At("pipelines/shop/sample/region=south/2024-05-01.csv"));
        workspace.Write("pipelines/shop/pipeline.yaml", pipeline.Replace("files", "shops", StringComparison.Ordinal));
        var refused = await workspace.CallAsync("run", "pipelines/shop", "--json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("source.renamed", refused.Output, StringComparison.Ordinal);
        Assert.Contains("region=south/2024-05-01.csv', a deleted file of source 'sales'", refused.Output, StringComparison.Ordinal);
        Assert.Equal(["1|10|2024-05-01", "2|20|2024-05-01"], await workspace.RowsAsync("id, amount, day", "silver.sales"));
        Assert.Equal("source.renamed", (await PlanAsync(workspace)).GetProperty("refused")[0].GetProperty("type").GetString());

        workspace.Edit("pipelines/shop/pipeline.yaml", "{yyyy}-{MM}-{dd}.csv\"", "{yyyy}-{MM}-{dd}.csv\", deleted: remove");
        await workspace.RunAsync("shop");
        Assert.Equal(["1|10|2024-05-01"], await workspace.RowsAsync("id, amount, day", "silver.sales"));
    }

    [Fact]
    public async Task Run_OfASourceThatRemovesDeletedFiles_TakesWhatLiesThere()
    {
        using var workspace = Regions("north", "south");
        workspace.Edit("pipelines/shop/pipeline.yaml", "{yyyy}-{MM}-{dd}.csv\"", "{yyyy}-{MM}-{dd}.csv\", deleted: remove");
        await workspace.RunAsync("shop");
        File.Delete(workspace.At("pipelines/shop/sample/region=south/2024-05-01.csv"));

        Assert.Equal("is gone", (await PlanAsync(workspace)).GetProperty("runs")[0].GetProperty("reasons")[0].GetProperty("detail").GetString());
        await workspace.RunAsync("shop");
        Assert.Equal(["1|10|2024-05-01"], await workspace.RowsAsync("id, amount, day", "silver.sales"));
    }

    [Fact]
    public async Task Run_AfterABadFileWasDeleted_GoesOnWithoutIt()
    {
        using var workspace = Regions("north", "south");
        workspace.Write("pipelines/shop/sample/region=south/2024-05-01.csv", "other,columns\n2,20");
        Assert.Equal(1, (await workspace.CallAsync("run", "pipelines/shop")).ExitCode);
        File.Delete(workspace.At("pipelines/shop/sample/region=south/2024-05-01.csv"));

        await workspace.RunAsync("shop");

        Assert.Equal(["1|10|2024-05-01"], await workspace.RowsAsync("id, amount, day", "silver.sales"));
    }

    /// <summary>The shop with one file for each region: the first sold 10, the second 20.</summary>
    private static SmallWorkspace Regions(params string[] regions)
    {
        var workspace = SmallWorkspace.Shop();
        File.Delete(workspace.At("pipelines/shop/sample/2024-05-01.csv"));
        workspace.Edit("pipelines/shop/pipeline.yaml", "sample/{yyyy}-{MM}-{dd}.csv", "sample/region=*/{yyyy}-{MM}-{dd}.csv");
        for (var i = 0; i < regions.Length; i++)
        {
            workspace.Write($"pipelines/shop/sample/region={regions[i]}/2024-05-01.csv", $"id,amount\n{i + 1},{(i + 1) * 10}");
        }

        return workspace;
    }

    private static async Task<System.Text.Json.JsonElement> PlanAsync(SmallWorkspace workspace) =>
        CovidWorkspace.Parse((await workspace.CallAsync("plan", "pipelines/shop", "--json")).ShouldSucceed().Output);
}
