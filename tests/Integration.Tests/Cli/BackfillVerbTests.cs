using System.Text.Json;
using Integration.Tests.Runs;

namespace Integration.Tests.Cli;

/// <summary>The verbs of backfills, through the real program. A concurrency group without permits keeps runs where they are while a backfill is steered.</summary>
public sealed class BackfillVerbTests
{
    private const string Bad = "no,such,header\n1,2,3";

    [Fact]
    public async Task Backfills_ThatAreSteeredWhileRunsWait_AreToldByEveryVerb()
    {
        using var workspace = Workspace();
        var folder = workspace.At("");
        await using var dev = workspace.Start(null, "dev", "--port", "0");
        await dev.WaitForAsync("Ctrl+C");
        string[] may = ["shop", "--name", "may", "--to", "2024-05-04"], june = ["shop", "--name", "june", "--from", "2024-05-05"];

        await GoldenCall.TextAsync(folder, "backfill-plan", 0, ["backfill", "plan", .. may]);
        await GoldenCall.TextAsync(folder, "backfill-submit", 0, ["backfill", "submit", .. may, "--budget", "3600"]);
        (await workspace.CallAsync(["backfill", "submit", .. june])).ShouldSucceed();
        await GoldenCall.TextAsync(folder, "backfill-cancel", 0, "backfill", "cancel", "shop/june", "--yes");

        (await workspace.CallAsync("flow", "set", "files", "--capacity", "0")).ShouldSucceed();
        var plan = (await StatusAsync(workspace, "may")).GetProperty("plan").GetProperty("hash").GetString()!;
        await GoldenCall.TextAsync(folder, "backfill-approve", 0, "backfill", "approve", "shop/may", "--hash", plan);
        await UntilAsync(workspace, "may", p => p.GetProperty("running").GetArrayLength() == 1);
        await GoldenCall.TextAsync(folder, "flow-show.waiting", 0, "flow", "show", "files");
        await GoldenCall.DocumentAsync(folder, "flow-show.waiting", 0, "flow", "show", "files");
        await SteerAsync(workspace, folder);

        // Its first day fails once it may go on, and is mended.
        (await workspace.CallAsync("flow", "set", "files", "--capacity", "declared")).ShouldSucceed();
        await UntilAsync(workspace, "may", p => p.GetProperty("failed").GetInt32() == 1 && p.GetProperty("phase").GetString() == "paused");
        await GoldenCall.TextAsync(folder, "backfill-status.failed", 0, "backfill", "status", "shop/may");
        workspace.Day("shop", 1, "id,amount\n1,10");
        await GoldenCall.TextAsync(folder, "backfill-retry-failed", 0, "backfill", "retry-failed", "shop/may");
        await GoldenCall.DocumentAsync(folder, "backfill-retry-failed", 0, "backfill", "retry-failed", "shop/may");

        (await workspace.CallAsync("flow", "set", "files", "--capacity", "0")).ShouldSucceed();
        await GoldenCall.TextAsync(folder, "backfill-resume", 0, "backfill", "resume", "shop/may");
        await UntilAsync(workspace, "may", p => p.GetProperty("running").GetArrayLength() == 2);
        await GoldenCall.DocumentAsync(folder, "backfill-resume", 0, "backfill", "resume", "shop/may");
        (await workspace.CallAsync("flow", "set", "files", "--capacity", "declared")).ShouldSucceed();
        await GoldenCall.TextAsync(folder, "backfill-status", 0, "backfill", "status", "shop/may", "--wait");
        await GoldenCall.DocumentAsync(folder, "backfill-status", 0, "backfill", "status", "shop/may");
        await JuneAsync(workspace, folder, june);
    }

    /// <summary>One run waits for a permit: nothing moves but what is told to.</summary>
    private static async Task SteerAsync(SmallWorkspace workspace, string folder)
    {
        await GoldenCall.TextAsync(folder, "backfill-set", 0, "backfill", "set", "shop/may", "--budget", "7200");
        await GoldenCall.TextAsync(folder, "backfill-pause", 0, "backfill", "pause", "shop/may");
        await GoldenCall.DocumentAsync(folder, "backfill-pause", 0, "backfill", "pause", "shop/may");
        await GoldenCall.DocumentAsync(folder, "backfill-set", 0, "backfill", "set", "shop/may", "--concurrency", "2");
        await GoldenCall.TextAsync(folder, "backfill-skip", 0, "backfill", "skip", "shop/may", "2024-05-03");
        await GoldenCall.DocumentAsync(folder, "backfill-skip", 0, "backfill", "skip", "shop/may", "2024-05-04");
        var refused = await workspace.CallAsync("backfill", "skip", "shop/may", "2024-05-01");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("runs already", refused.Errors, StringComparison.Ordinal);
        var unknown = await workspace.CallAsync("backfill", "skip", "shop/may", "2024-06-01");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("'2024-06-01' is no partition of the plan", unknown.Errors, StringComparison.Ordinal);
    }

    /// <summary>With a past there are estimates.</summary>
    private static async Task JuneAsync(SmallWorkspace workspace, string folder, string[] june)
    {
        await GoldenCall.DocumentAsync(folder, "backfill-plan", 0, ["backfill", "plan", .. june]);
        var submitted = await GoldenCall.DocumentAsync(folder, "backfill-submit", 0, ["backfill", "submit", .. june, "--cost-budget", "1.5"]);
        (await workspace.CallAsync("flow", "set", "files", "--capacity", "0")).ShouldSucceed();
        await GoldenCall.DocumentAsync(folder, "backfill-approve", 0, "backfill", "approve", "shop/june", "--hash", submitted.GetProperty("progress").GetProperty("plan").GetProperty("hash").GetString()!);
        await UntilAsync(workspace, "june", p => p.GetProperty("running").GetArrayLength() == 1);
        await GoldenCall.DocumentAsync(folder, "backfill-cancel", 0, "backfill", "cancel", "shop/june", "--yes");

        var ended = await workspace.CallAsync("backfill", "pause", "shop/june");
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("has ended", ended.Errors, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> StatusAsync(SmallWorkspace workspace, string name) =>
        CovidWorkspace.Parse((await workspace.CallAsync("backfill", "status", "shop/" + name, "--json")).ShouldSucceed().Output).GetProperty("progress");

    private static async Task UntilAsync(SmallWorkspace workspace, string name, Func<JsonElement, bool> isSo)
    {
        for (var tries = 0; !isSo(await StatusAsync(workspace, name)); tries++)
        {
            Assert.True(tries < 200, $"'{name}' never came so far");
        }
    }

    /// <summary>Six days, the first of them broken, whose files are read by permit.</summary>
    private static SmallWorkspace Workspace()
    {
        var workspace = new SmallWorkspace();
        workspace.Pipeline("shop", "id, amount", "silver.orders: {key: [id]}", "concurrency: 1\nconcurrency_groups: {files: {limit: 2, rate_per_minute: 100, breaker: {failures: 3, cooldown: 10m}}}");
        workspace.Edit("pipelines/shop/pipeline.yaml", "{path: \"sample/{yyyy}-{MM}-{dd}.csv\"}", "{path: \"sample/{yyyy}-{MM}-{dd}.csv\", concurrency_group: files}");
        workspace.Contract("shop", "silver.orders", "id BIGINT, amount BIGINT, day DATE");
        workspace.Model("shop", "silver.orders", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
        workspace.Day("shop", 1, Bad);
        for (var day = 2; day <= 6; day++)
        {
            workspace.Day("shop", day, $"id,amount\n{day},{day}0");
        }

        return workspace;
    }
}
