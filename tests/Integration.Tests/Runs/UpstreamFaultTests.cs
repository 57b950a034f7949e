using System.Globalization;
using Integration.Tests.Cli;
using Orchestrator.TestKit;

namespace Integration.Tests.Runs;

/// <summary>Faults of whoever sends the files, among many days that are sound: what does not depend on them goes on, and nothing false reaches gold.</summary>
public sealed class UpstreamFaultTests
{
    private const string Bad = "2020-03-10";
    private const string Gold = "total, day";

    private static readonly string[] Figures = ["bronze.daily_reports", "silver.cases", "gold.country_daily"];

    [Fact]
    public async Task Backfill_OfWeeksWithABadFileInTheMiddle_FailsThatDayAloneAndTheSameCommandCompletesIt()
    {
        var (days, folder) = RealDays();
        var bad = days.Contains(Bad) ? Bad : days[days.Length / 2];
        using var undisturbed = Workspace(days, folder);
        await undisturbed.RunAsync();
        using var workspace = Workspace(days, folder);
        var file = workspace.SampleFile(bad);
        var good = File.ReadAllBytes(file);
        File.WriteAllBytes(file, good[..(good.Length / 2)]);
        string[] command = ["backfill", "submit", "covid", "--name", "spring", "--concurrency", "4", "--yes", "--json"];

        var first = await workspace.CallAsync(command);

        Assert.True(first.ExitCode == 1, first.Output + first.Errors);
        var progress = CovidWorkspace.Parse(first.Output).GetProperty("progress");
        Assert.Equal((days.Length - 1, 1), (progress.GetProperty("published").GetInt32(), progress.GetProperty("failed").GetInt32()));
        foreach (var table in Figures)
        {
            // The six gold days after it are there too, of what is known; they are made again with it.
            var there = (await workspace.QueryAsync($"select distinct cast(report_date as varchar) d from {table} order by d")).EnumerateArray().Select(r => r[0].GetString()!);
            Assert.Equal(days.Where(d => d != bad), there);
        }

        File.WriteAllBytes(file, good);
        var second = await workspace.CallAsync(command);

        Assert.True(second.ExitCode == 0, second.Output + second.Errors);
        Assert.Equal(1, CovidWorkspace.Parse(second.Output).GetProperty("progress").GetProperty("plan").GetProperty("count").GetInt32());
        var (expected, seen) = (await undisturbed.RowsAsync(), await workspace.RowsAsync());
        Assert.All(expected, table => Assert.Equal(table.Value, seen[table.Key]));
    }

    [Fact]
    public async Task Run_OfADayWhoseNumbersColumnIsRenamed_IsRefusedByNameAndGoldStays()
    {
        using var workspace = new CovidWorkspace("2020-03-22", "2020-03-23", "2020-03-24");
        var late = workspace.SampleFile("2020-03-24");
        var text = File.ReadAllText(late);
        File.Delete(late);
        await workspace.RunAsync();
        var gold = await workspace.RowsAsync();

        // A new day and one that is published.
        File.WriteAllText(late, Renamed(text));
        File.WriteAllText(workspace.SampleFile("2020-03-23"), Renamed(File.ReadAllText(workspace.SampleFile("2020-03-23"))));
        var run = await workspace.CallAsync("run", "pipelines/covid");

        Assert.NotEqual(0, run.ExitCode);
        Assert.All(["03-23-2020.csv", "03-24-2020.csv", "'Confirmed'", "'Total_Cases'"], said => Assert.Contains(said, run.Output + run.Errors, StringComparison.Ordinal));
        var seen = await workspace.RowsAsync();
        Assert.All(gold, table => Assert.Equal(table.Value, seen[table.Key]));

        static string Renamed(string csv) => csv.Replace(",Confirmed,", ",Total_Cases,", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData(",required: true", 1)]
    [InlineData("", 4)]
    public async Task Run_OfADayWhoseNumbersTurnNullBehindAContractThatLetsItPass_StopsAtThatColumnAndGoldStays(string required, int exitCode)
    {
        using var workspace = LooseShop(required, exitCode == 4 ? "quality: {on_error: hold, approvers: [ann]}" : "");
        workspace.Day("shop", 1, Sales("id,amount", i => $"{i},{i}0"));
        workspace.Day("shop", 2, Sales("id,amount", i => i == 3 ? $"{i}," : $"{i},{i}5"));
        await workspace.RunAsync("shop");
        var gold = await workspace.RowsAsync(Gold, "gold.sums");
        Assert.Equal(2, gold.Length);

        // The same numbers under a name that nothing tells apart from a column more.
        workspace.Day("shop", 2, Sales("note,when,id,gross_value", i => $"x,y,{i},{i}5"));
        workspace.Day("shop", 3, Sales("note,when,id,gross_value", i => $"x,y,{i},{i}7"));
        var run = await workspace.CallAsync("run", "pipelines/shop", "--parallel", "1");

        Assert.Equal(exitCode, run.ExitCode);
        var said = run.Output + run.Errors + (await workspace.CallAsync("holds")).Output;
        Assert.Contains("amount.emptied", said, StringComparison.Ordinal);
        Assert.Equal(gold, await workspace.RowsAsync(Gold, "gold.sums"));
    }

    [Fact]
    public async Task Run_OfColumnsThatAreNullNowAndThenOrEnd_GoesOn()
    {
        using var workspace = LooseShop("", "");
        workspace.Day("shop", 1, Sales("id,amount", i => i % 3 == 0 ? $"{i},{i}0" : $"{i},"));
        workspace.Day("shop", 2, "id,amount\n1,\n2,\n3,");
        await workspace.RunAsync("shop");

        // Told beforehand that it ends.
        workspace.Day("shop", 1, Sales("id,amount", i => $"{i},{i}0"));
        await workspace.RunAsync("shop");
        workspace.Contract("shop", "silver.sales", "id BIGINT, amount BIGINT,customProperties: [{property: deprecated,value: true}], day DATE");
        workspace.Day("shop", 3, Sales("id", i => i.ToString(CultureInfo.InvariantCulture)));
        await workspace.RunAsync("shop");

        Assert.Equal(["-|2024-05-02", "-|2024-05-03", "780|2024-05-01"], await workspace.RowsAsync(Gold, "gold.sums"));
    }

    /// <summary>A shop whose contract takes files without amounts and passes over columns that it does not know.</summary>
    private static SmallWorkspace LooseShop(string required, string more)
    {
        var workspace = new SmallWorkspace();
        workspace.Pipeline("shop", "id, amount", "silver.sales: {model: models/silver.sales.sql, key: [id]}\ngold.sums: {model: models/gold.sums.sql, key: [day]}", more);
        workspace.Contract(
            "shop",
            "bronze.shop",
            "id VARCHAR, amount VARCHAR, day DATE, _source_uri VARCHAR, _source_row BIGINT",
            "    customProperties:\n      - {property: headers, value: [{name: v1, columns: [{name: id}, {name: amount, optional: true}]}]}\n      - {property: schemaEvolution, value: discard}\n");
        workspace.Contract("shop", "silver.sales", $"id BIGINT, amount BIGINT{required}, day DATE");
        workspace.Contract("shop", "gold.sums", "total BIGINT, day DATE");
        workspace.Model("shop", "silver.sales", "SELECT CAST(id AS BIGINT) AS id, TRY_CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
        workspace.Model("shop", "gold.sums", "SELECT CAST(sum(amount) AS BIGINT) AS total, $partition_date AS day FROM silver.sales WHERE day = $partition_date HAVING count(*) > 0");
        return workspace;
    }

    private static string Sales(string header, Func<int, string> line) => header + "\n" + string.Join('\n', Enumerable.Range(1, 12).Select(line));

    /// <summary>Real days if they are there, else the sample's; <c>BAD_FILE_DAYS=140</c> takes all of them.</summary>
    private static (string[] Days, string Folder) RealDays()
    {
        var wanted = SoakSetting.Number("BAD_FILE_DAYS", 21);
        var shared = Path.GetFullPath(Path.Combine(TestPaths.Repo, "..", "shared", "data", "covid-daily", "daily"));
        var (first, count, folder) = Directory.Exists(shared) ? (wanted > 21 ? new DateOnly(2020, 1, 22) : new DateOnly(2020, 3, 8), wanted, shared) : (new DateOnly(2020, 3, 15), 14, TestPaths.InRepo("pipelines", "covid", "sample"));
        return ([.. Enumerable.Range(0, count).Select(i => first.AddDays(i).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))], folder);
    }

    private static CovidWorkspace Workspace(string[] days, string folder)
    {
        var workspace = new CovidWorkspace(days[0]);
        foreach (var day in days)
        {
            var file = workspace.SampleFile(day);
            File.Copy(Path.Combine(folder, Path.GetFileName(file)), file, overwrite: true);
        }

        return workspace;
    }
}
