using Integration.Tests.Runs;

namespace Integration.Tests.Cli;

/// <summary>The verbs of decisions, through the real program: partitions that a rule holds, what is decided about them, what is taken back and who read it.</summary>
public sealed class HoldVerbTests
{
    private static readonly string[] Ann = ["--by", "ann", "--reason", "few rows yet"];

    [Fact]
    public async Task Decisions_AboutPartitionsThatAreHeld_AreToldByEveryVerb()
    {
        using var workspace = Workspace();
        var folder = workspace.At("");
        await using var dev = workspace.Start(null, "dev", "--port", "0");
        await dev.WaitForAsync("Ctrl+C");

        await GoldenCall.DocumentAsync(folder, "run.held", 1, "run", "pipelines/shop", "--parallel", "1", "--partition", "2024-05-01", "--partition", "2024-05-02", "--partition", "2024-05-09");
        await GoldenCall.TextAsync(folder, "holds", 0, "holds");
        await GoldenCall.DocumentAsync(folder, "holds", 0, "holds", "shop");
        await GoldenCall.TextAsync(folder, "status", 0, "status");
        await GoldenCall.DocumentAsync(folder, "status", 0, "status");

        await GoldenCall.TextAsync(folder, "approve", 0, ["approve", "run/shop/2024-05-01", .. Ann, "--until", "2100-01-01"]);
        await GoldenCall.DocumentAsync(folder, "approve", 0, ["approve", "run/shop/2024-05-02", .. Ann]);
        await GoldenCall.DocumentAsync(folder, "holds.all", 0, "holds", "--all");
        await ReadersAsync(workspace, folder);
        await TakeBackAsync(folder);

        Assert.Equal(4, (await workspace.CallAsync("run", "pipelines/shop", "--from", "2024-05-03", "--to", "2024-05-08")).ExitCode);
        await GoldenCall.TextAsync(folder, "reject", 0, ["reject", "run/shop/2024-05-03", .. Ann]);
        await GoldenCall.DocumentAsync(folder, "reject", 0, ["reject", "run/shop/2024-05-04", .. Ann]);
        await GoldenCall.TextAsync(folder, "retry", 0, ["retry", "run/shop/2024-05-05", .. Ann]);
        await GoldenCall.DocumentAsync(folder, "retry", 0, ["retry", "run/shop/2024-05-06", .. Ann, "--no-wait"]);
        await GoldenCall.TextAsync(folder, "waive", 0, ["waive", "run/shop/2024-05-07", .. Ann, "--until", "2100-01-01"]);
        await GoldenCall.DocumentAsync(folder, "waive", 0, ["waive", "run/shop/2024-05-08", .. Ann, "--rule", "many_rows", "--until", "2100-01-01"]);
    }

    /// <summary>Another pipeline reads what was published, and goes on with it while a newer version is held.</summary>
    private static async Task ReadersAsync(SmallWorkspace workspace, string folder)
    {
        (await workspace.CallAsync("run", "pipelines/report")).ShouldSucceed();
        workspace.Day("shop", 2, "id,amount\n2,21");
        Assert.Equal(4, (await workspace.CallAsync("run", "pipelines/shop", "--partition", "2024-05-02")).ExitCode);
        await GoldenCall.DocumentAsync(folder, "run.note", 0, "run", "pipelines/report", "--partition", "2024-05-02", "--force");
        (await workspace.CallAsync(["reject", "run/shop/2024-05-02", .. Ann])).ShouldSucceed();
    }

    private static async Task TakeBackAsync(string folder)
    {
        string[] rollback = ["rollback", "pipelines/shop", "2024-05-01", .. Ann];
        await GoldenCall.TextAsync(folder, "rollback.dry-run", 0, [.. rollback, "--dry-run"]);
        await GoldenCall.DocumentAsync(folder, "error.asked", 2, rollback);
        await GoldenCall.TextAsync(folder, "rollback", 0, [.. rollback, "--yes"]);
        await GoldenCall.TextAsync(folder, "plan.taken-back", 0, "plan", "pipelines/shop", "--partitions", "..2024-05-01");
        await GoldenCall.DocumentAsync(folder, "plan.taken-back", 0, "plan", "pipelines/shop", "--partitions", "..2024-05-01");

        // What was taken back is none of the runs that the estimates stand on, and the other day's last run was rejected.
        var forced = await GoldenCall.DocumentAsync(folder, "plan.forced", 0, "plan", "pipelines/shop", "--partitions", "..2024-05-01", "--force");
        Assert.Equal(0, forced.GetProperty("history").GetInt32());
        await GoldenCall.DocumentAsync(folder, "partitions.taken-back", 0, "partitions", "pipelines/shop", "--partitions", "..2024-05-01");
        rollback[2] = "2024-05-02";
        await GoldenCall.DocumentAsync(folder, "rollback", 0, [.. rollback, "--yes"]);
    }

    private static SmallWorkspace Workspace()
    {
        var workspace = new SmallWorkspace();
        workspace.Pipeline("shop", "id, amount", "silver.orders: {key: [id]}", "quality: {on_error: hold, approvers: [ann]}");
        workspace.Contract("shop", "silver.orders", "id BIGINT, amount BIGINT, day DATE", "    quality: [{name: many_rows, metric: rowCount, mustBeGreaterThan: 10, severity: error}]\n");
        workspace.Model("shop", "silver.orders", "SELECT CAST(id AS BIGINT) AS id, CAST(amount AS BIGINT) AS amount, day FROM bronze.shop WHERE day = $partition_date");
        for (var day = 1; day <= 8; day++)
        {
            workspace.Day("shop", day, $"id,amount\n{day},{day}0");
        }

        workspace.Day("shop", 9, "no,such,header\n1,2,3");
        workspace.Write("pipelines/report/pipeline.yaml", """
            name: report
            owner: data-platform
            partitioning: {unit: day, column: day, start: 2024-05-01}
            inputs:
              silver.orders: {pipeline: shop, when_held: last_good}
            datasets:
              gold.report: {key: [day]}
            limits: {run_timeout: 10m, step_timeout: 5m, memory: 256MB, spill: 1GB, input_bytes: 10MB}
            """);
        workspace.Contract("report", "gold.report", "total BIGINT, day DATE");
        workspace.Model("report", "gold.report", "SELECT CAST(sum(amount) AS BIGINT) AS total, day FROM silver.orders WHERE day = $partition_date GROUP BY day");
        workspace.Write("pipelines/broken/pipeline.yaml", "name: broken");
        return workspace;
    }
}
