using Integration.Tests.Cli;
using Integration.Tests.Runs;
using Temporalio.Client;

namespace Integration.Tests.Triggers;

/// <summary>The verb <c>schedule</c>, through the real program: texts, documents and exit codes.</summary>
public sealed class ScheduleVerbTests : IDisposable
{
    private const string Calendar = "calendar: {weekdays: [mon, tue, wed, thu, fri], holidays: [12-25]}\n";

    private readonly SmallWorkspace _workspace = new();

    public ScheduleVerbTests() => Declare("30 6 * * *");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Next_NamesPartitionsAndWhatIsLeftOut()
    {
        await GoldenCall.TextAsync(_workspace.At(""), "schedule-next", 0, "schedule", "next", "shop", "--from", "2024-12-24T00:00Z", "--count", "6");
        await GoldenCall.DocumentAsync(_workspace.At(""), "schedule-next", 0, "schedule", "next", "shop", "--from", "2024-12-24T00:00Z", "--count", "2");
        var unknown = await _workspace.CallAsync("schedule", "next", "nothing");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("Help:", unknown.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApplyPauseAndRemove_LeaveTheServiceAsDeclared()
    {
        Assert.Contains("not applied", (await _workspace.CallAsync("schedule", "list")).ShouldSucceed().Output, StringComparison.Ordinal);
        Assert.Equal(1, (await _workspace.CallAsync("schedule", "pause", "shop")).ExitCode);
        await GoldenCall.TextAsync(_workspace.At(""), "schedule-apply", 0, "schedule", "apply");
        await GoldenCall.TextAsync(_workspace.At(""), "schedule-apply.again", 0, "schedule", "apply");

        Assert.Equal("shop: paused\n", (await _workspace.CallAsync("schedule", "pause", "shop", "--note", "stocktaking")).ShouldSucceed().Output.ReplaceLineEndings("\n"));
        await GoldenCall.TextAsync(_workspace.At(""), "schedule-list", 0, "schedule", "list");
        _workspace.Day("shop", 1, "id,amount\n1,2");
        Assert.Contains("not started by pause: stocktaking", (await _workspace.CallAsync("plan", "pipelines/shop")).ShouldSucceed().Output, StringComparison.Ordinal);

        Declare("45 7 * * *");
        var changes = CovidWorkspace.Parse((await _workspace.CallAsync("schedule", "apply", "--json")).ShouldSucceed().Output);
        Assert.Equal("update times,action", $"{changes[0].GetProperty("action").GetString()} {string.Join(',', changes[0].GetProperty("differences").EnumerateArray().Select(d => d.GetString()))}");
        var line = CovidWorkspace.Parse((await _workspace.CallAsync("schedule", "show", "shop", "--json")).ShouldSucceed().Output).GetProperty("schedule");
        Assert.Equal(("asDeclared", true, "45 7 * * * Europe/Berlin"), (line.GetProperty("state").GetString(), line.GetProperty("paused").GetBoolean(), line.GetProperty("times").GetString()));

        Assert.Equal(2, (await _workspace.CallAsync("schedule", "remove", "shop")).ExitCode);
        (await _workspace.CallAsync("schedule", "remove", "shop", "--yes")).ShouldSucceed();
        Assert.Equal(1, (await _workspace.CallAsync("schedule", "resume", "shop")).ExitCode);
    }

    [Fact]
    public async Task Schedule_OfAFolderThatCannotBeRead_StaysAndIsTold()
    {
        Directory.Move(_workspace.At("pipelines/shop"), _workspace.At("pipelines/of-another-name"));
        (await _workspace.CallAsync("schedule", "apply")).ShouldSucceed();
        _workspace.Edit("pipelines/of-another-name/pipeline.yaml", "name: shop", "name: shop\nnonsense: 1");

        var list = (await _workspace.CallAsync("schedule", "list")).ShouldSucceed();
        var apply = await _workspace.CallAsync("schedule", "apply", "--yes");

        Assert.Contains("its folder cannot be read", list.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not declared", list.Output, StringComparison.Ordinal);
        Assert.Equal((1, "Nothing to do."), (apply.ExitCode, apply.Output.Split('\n')[0].TrimEnd()));
        Assert.Contains("not applied, as it cannot be read: ", apply.Errors, StringComparison.Ordinal);
        Assert.Contains("unknown key 'nonsense'", apply.Errors, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Its times are leap days: nothing comes of itself while the test runs.</summary>
    [Fact]
    public async Task Schedule_OfAServiceThatGoesOn_IsToldByEveryVerb()
    {
        var folder = _workspace.At("");
        Declare("0 0 29 2 *", "", "triggers: {arrival: {files: {poll: 1h}}}");
        await using var dev = _workspace.Start(null, "dev", "--port", "0");
        await dev.WaitForAsync("Ctrl+C");

        await GoldenCall.DocumentAsync(folder, "schedule-apply", 0, "schedule", "apply");
        await RanAsync(0);
        await GoldenCall.TextAsync(folder, "schedule-show", 0, "schedule", "show", "shop");
        await GoldenCall.DocumentAsync(folder, "schedule-list", 0, "schedule", "list");
        await GoldenCall.TextAsync(folder, "schedule-trigger", 0, "schedule", "trigger", "shop");
        await RanAsync(1);
        await GoldenCall.DocumentAsync(folder, "schedule-trigger", 0, "schedule", "trigger", "shop");
        await RanAsync(2);
        await FireAsync(dev.Output.Split("Temporal service at ")[1].Split(',')[0]);
        await RanAsync(3);
        await GoldenCall.DocumentAsync(folder, "schedule-show", 0, "schedule", "show", "shop");
        await GoldenCall.DocumentAsync(folder, "schedule-list.fired", 0, "schedule", "list");

        await GoldenCall.TextAsync(folder, "schedule-pause", 0, "schedule", "pause", "shop", "--note", "stocktaking");
        await GoldenCall.DocumentAsync(folder, "schedule-pause", 0, "schedule", "pause", "shop", "--note", "stocktaking");
        await GoldenCall.DocumentAsync(folder, "schedule-show.paused", 0, "schedule", "show", "shop");
        _workspace.Day("shop", 1, "id,amount\n1,2");
        await GoldenCall.TextAsync(folder, "plan.not-started", 0, "plan", "pipelines/shop");
        await GoldenCall.DocumentAsync(folder, "plan.not-started", 0, "plan", "pipelines/shop");
        await GoldenCall.DocumentAsync(folder, "partitions.not-started", 0, "partitions", "pipelines/shop", "--partitions", "..2024-05-01");
        File.Delete(_workspace.At("pipelines/shop/sample/2024-05-01.csv"));
        await GoldenCall.TextAsync(folder, "schedule-resume", 0, "schedule", "resume", "shop");
        await GoldenCall.DocumentAsync(folder, "schedule-resume", 0, "schedule", "resume", "shop");
        await GoldenCall.TextAsync(folder, "schedule-remove", 0, "schedule", "remove", "shop", "--yes");
        (await _workspace.CallAsync("schedule", "apply")).ShouldSucceed();
        await GoldenCall.DocumentAsync(folder, "schedule-remove", 0, "schedule", "remove", "shop", "--yes");
        _workspace.Edit("pipelines/shop/pipeline.yaml", "start: 2024-05-01", "start: 2024-05-01, end: 2024-05-31");
        await GoldenCall.TextAsync(folder, "schedule-trigger.skipped", 0, "schedule", "trigger", "shop");
        await GoldenCall.DocumentAsync(folder, "schedule-trigger.skipped", 0, "schedule", "trigger", "shop");
    }

    /// <summary>Waits until so many runs were started and have ended, and sources were looked at.</summary>
    private async Task RanAsync(int runs)
    {
        for (var tries = 0; ; tries++)
        {
            var shown = (await _workspace.CallAsync("schedule", "show", "shop", "--json")).ShouldSucceed().Output;
            var trigger = CovidWorkspace.Parse(shown).GetProperty("trigger");
            if (trigger.TryGetProperty("lookedAt", out _) && trigger.GetProperty("started").GetInt32() == runs && trigger.GetProperty("open").EnumerateObject().Count() == 0)
            {
                return;
            }

            Assert.True(tries < 100, shown);
        }
    }

    /// <summary>As the Web UI and <c>temporal schedule trigger</c> do.</summary>
    private static async Task FireAsync(string address) =>
        await (await TemporalClient.ConnectAsync(new(address))).GetScheduleHandle("schedule/shop").TriggerAsync();

    private void Declare(string cron, string calendar = Calendar, string more = "")
    {
        _workspace.Pipeline("shop", "id, amount", "silver.orders: {key: [id]}", $"{calendar}schedule: {{cron: \"{cron}\", time_zone: Europe/Berlin, lag: 1}}\n{more}");
        _workspace.Contract("shop", "silver.orders", "id BIGINT, amount BIGINT, day DATE");
        _workspace.Model("shop", "silver.orders", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
        Directory.CreateDirectory(Path.Combine(_workspace.Pipelines, "shop", "sample"));
    }
}
