using Integration.Tests.Runs;

namespace Integration.Tests.Windows;

/// <summary>Windows through the real program: days are fed, sealed, corrected with an approval; what is no news makes nothing again.</summary>
public sealed class WindowRunTests : IDisposable
{
    private const string First = "id,amount\n1,100\n2,50";

    private readonly SmallWorkspace _workspace = new();

    public WindowRunTests()
    {
        _workspace.Pipeline(
            "shop",
            "id, amount",
            "silver.orders: {key: [id]}",
            "lateness: {dataset: silver.orders, watermark: day, allowed: 1d, seal_after: 2d, quiet: 1s}");
        _workspace.Contract("shop", "silver.orders", "id BIGINT, amount BIGINT, day DATE");
        _workspace.Model("shop", "silver.orders", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
        _workspace.Day("shop", 1, First);
        _workspace.Day("shop", 2, "id,amount\n3,7\n4,9");
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Feed_OfDaysThatAreLongOver_SealsThemAndHoldsWhatComesAfter()
    {
        var fed = CovidWorkspace.Parse((await _workspace.CallAsync("window", "feed", "pipelines/shop", "--wait", "--json")).ShouldSucceed().Output);
        Assert.Equal(["2024-05-01", "2024-05-02"], fed.GetProperty("windows").EnumerateArray().Select(w => w.GetString()));
        var listed = (await _workspace.CallAsync("window", "list", "shop")).ShouldSucceed().Output;
        Assert.Equal(2, listed.Split('\n').Count(l => l.Contains("  sealed  ", StringComparison.Ordinal)));
        Assert.Contains("2 final: 2024-05-01, 2024-05-02", (await _workspace.CallAsync("partitions", "pipelines/shop")).ShouldSucceed().Output, StringComparison.Ordinal);
        Assert.Contains("2024-05-01", (await _workspace.CallAsync("show", "window/shop/2024-05-01")).ShouldSucceed().Output, StringComparison.Ordinal);

        // Written in another way: nobody need know.
        _workspace.Day("shop", 1, "\"amount\",\"id\"\r\n100,1\r\n\"50\",2\r");
        Assert.Equal(0, CovidWorkspace.Parse((await _workspace.CallAsync("plan", "pipelines/shop", "--json")).ShouldSucceed().Output).GetProperty("runs").GetArrayLength());

        // Something else: whatever starts the run, it is held.
        _workspace.Day("shop", 1, "id,amount\n1,100\n2,51");
        var run = await _workspace.CallAsync("run", "pipelines/shop", "--json");
        Assert.True(run.ExitCode == 4, $"{run.ExitCode}: {run.Output} {run.Errors}");
        var hold = CovidWorkspace.Parse((await _workspace.CallAsync("holds", "--json")).ShouldSucceed().Output)[0];
        Assert.Equal("window.sealed", hold.GetProperty("rules")[0].GetString());
        Assert.Equal(["1|100", "2|50", "3|7", "4|9"], await _workspace.RowsAsync("id, amount", "silver.orders"));

        (await _workspace.CallAsync("approve", "run/shop/2024-05-01", "--by", "data-platform", "--reason", "the shop confirmed it")).ShouldSucceed();
        Assert.Equal(["1|100", "2|51", "3|7", "4|9"], await _workspace.RowsAsync("id, amount", "silver.orders"));
    }

    [Fact]
    public async Task Feed_OfMoreDaysThanTheWorkerHasPlaces_WorksAllOfThemIn()
    {
        for (var day = 3; day <= 9; day++)
        {
            _workspace.Day("shop", day, $"id,amount\n{day * 10},{day}\n{(day * 10) + 1},1");
        }

        (await _workspace.CallAsync("window", "feed", "pipelines/shop", "--wait", "--json")).ShouldSucceed();

        var listed = (await _workspace.CallAsync("window", "list", "shop")).ShouldSucceed().Output;
        Assert.Equal(9, listed.Split('\n').Count(l => l.Contains("  sealed  ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_OfADayWithTheFileOfAnother_HoldsOneOfThem()
    {
        _workspace.Day("shop", 3, First.Replace("\n", "\r\n", StringComparison.Ordinal));

        var run = await _workspace.CallAsync("run", "pipelines/shop", "--json");

        Assert.True(run.ExitCode == 4, $"{run.ExitCode}: {run.Output} {run.Errors}");
        var hold = Assert.Single(CovidWorkspace.Parse((await _workspace.CallAsync("holds", "--json")).ShouldSucceed().Output).EnumerateArray());
        Assert.Equal("wrong_day.same_content", hold.GetProperty("rules")[0].GetString());
        Assert.Equal(["1|100", "2|50", "3|7", "4|9"], await _workspace.RowsAsync("id, amount", "silver.orders"));
    }

    [Fact]
    public async Task Run_OfADayWithANightInWhichClocksGoBack_HoldsTheFileOfTheNextDay()
    {
        _workspace.Pipeline("night", "id, on", "silver.events: {key: [id]}", "lateness: {dataset: silver.events, watermark: on_day, seal_after: 900d}");
        var yaml = _workspace.At("pipelines/night/pipeline.yaml");
        File.WriteAllText(yaml, File.ReadAllText(yaml).Replace("unit: day, column: day, start: 2024-05-01", "unit: day, column: day, start: 2024-03-01, time_zone: Europe/Berlin", StringComparison.Ordinal));
        _workspace.Contract("night", "silver.events", "id BIGINT, on_day DATE, day DATE");
        _workspace.Model("night", "silver.events", "SELECT CAST(id AS BIGINT) AS id, CAST(\"on\" AS DATE) AS on_day, day FROM bronze.night WHERE day = $partition_date");
        foreach (var (day, on) in new[] { ("2024-03-31", "2024-03-31"), ("2024-10-27", "2024-10-28") })
        {
            _workspace.Write($"pipelines/night/sample/{day}.csv", $"id,on\n{day[5..7]},{on}\n{day[8..]},{on}");
        }

        var run = await _workspace.CallAsync("run", "pipelines/night", "--json");

        // The one is 23 hours long, the other 25: each ends where the next day begins.
        Assert.True(run.ExitCode == 4, $"{run.ExitCode}: {run.Output} {run.Errors}");
        Assert.Equal("2024-10-27", Assert.Single(CovidWorkspace.Parse((await _workspace.CallAsync("holds", "--json")).ShouldSucceed().Output).EnumerateArray()).GetProperty("partition").GetString());
        Assert.Equal(["31|2024-03-31", "3|2024-03-31"], await _workspace.RowsAsync("id, day", "silver.events"));
    }
}
