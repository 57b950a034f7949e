using Integration.Tests.Cli;
using Integration.Tests.Runs;

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
        GoldenText.Equal("schedule-next", (await _workspace.CallAsync("schedule", "next", "shop", "--from", "2026-12-23T00:00Z", "--count", "6")).ShouldSucceed().Output);
        var next = CovidWorkspace.Parse((await _workspace.CallAsync("schedule", "next", "shop", "--from", "2026-12-25T00:00Z", "--count", "1", "--json")).ShouldSucceed().Output)[0];
        Assert.Equal("2026-12-24", next.GetProperty("partitions")[0].GetString());
        Assert.Equal("2026-12-25 is a holiday, which the calendar leaves out", next.GetProperty("skipped").GetString());
        var unknown = await _workspace.CallAsync("schedule", "next", "nothing");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("Help:", unknown.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApplyPauseAndRemove_LeaveTheServiceAsDeclared()
    {
        Assert.Contains("not applied", (await _workspace.CallAsync("schedule", "list")).ShouldSucceed().Output, StringComparison.Ordinal);
        Assert.Equal(1, (await _workspace.CallAsync("schedule", "pause", "shop")).ExitCode);
        GoldenText.Equal("schedule-apply", (await _workspace.CallAsync("schedule", "apply")).ShouldSucceed().Output);
        GoldenText.Equal("schedule-apply-again", (await _workspace.CallAsync("schedule", "apply")).ShouldSucceed().Output);

        Assert.Equal("shop: paused\n", (await _workspace.CallAsync("schedule", "pause", "shop", "--note", "stocktaking")).ShouldSucceed().Output.ReplaceLineEndings("\n"));
        GoldenText.Equal("schedule-list", (await _workspace.CallAsync("schedule", "list")).ShouldSucceed().Output);
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

    private void Declare(string cron)
    {
        _workspace.Pipeline("shop", "id, amount", "silver.orders: {key: [id]}", Calendar + $"schedule: {{cron: \"{cron}\", time_zone: Europe/Berlin, lag: 1}}");
        _workspace.Contract("shop", "silver.orders", "id BIGINT, amount BIGINT, day DATE");
        _workspace.Model("shop", "silver.orders", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
        Directory.CreateDirectory(Path.Combine(_workspace.Pipelines, "shop", "sample"));
    }
}
