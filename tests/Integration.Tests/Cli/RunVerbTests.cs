using System.Text.RegularExpressions;
using Integration.Tests.Runs;

namespace Integration.Tests.Cli;

/// <summary>The verbs around a run, through the real program: the stack, the run, and what can be seen of it afterwards.</summary>
public sealed partial class RunVerbTests
{
    [Fact]
    public async Task Run_OfAGoodAndABrokenDay_IsToldByEveryVerbThatLooksAtRuns()
    {
        using var workspace = SmallWorkspace.Shop(more: "concurrency: 1");
        workspace.Day("shop", 2, "no,such,header\n1,2,3");
        var folder = workspace.At("");
        await using var dev = await StartAsync(workspace, "dev.txt", "Ctrl+C", "dev", "--port", "0");

        var run = await OrchestratorProcess.RunAsync(folder, "run", "pipelines/shop");
        Assert.Equal(1, run.ExitCode);
        GoldenText.Equal("run", Steps().Replace(run.Output, ""), workspace.At(""));
        await GoldenCall.DocumentAsync(folder, "run", 1, "run", "pipelines/shop");

        // The broken day has been tried twice.
        await GoldenCall.TextAsync(folder, "runs", 0, "runs", "--pipeline", "shop");
        await GoldenCall.DocumentAsync(folder, "runs", 0, "runs", "--limit", "2");
        await GoldenCall.TextAsync(folder, "runs.failed", 0, "runs", "--status", "failed", "--limit", "1");
        Assert.Equal(0, CovidWorkspace.Parse((await workspace.CallAsync("runs", "--status", "running", "--json")).ShouldSucceed().Output).GetArrayLength());
        Assert.Equal(2, (await workspace.CallAsync("runs", "--status", "broken")).ExitCode);
        await GoldenCall.TextAsync(folder, "show", 0, "show", "run/shop/2024-05-01");
        await GoldenCall.TextAsync(folder, "show.failed", 0, "show", "run/shop/2024-05-02");
        await GoldenCall.DocumentAsync(folder, "show", 0, "show", "run/shop/2024-05-02");
        Assert.Equal("0 runs", (await OrchestratorProcess.RunAsync(folder, "runs", "--pipeline", "sho")).ShouldSucceed().Output.TrimEnd().Split('\n')[^1]);

        await dev.InterruptAsync();
        (await dev.EndAsync()).ShouldSucceed();
        await LogsAsync(workspace);
    }

    [Fact]
    public async Task DevAndWorker_UntilTheyAreStopped_SayWhereTheyAre()
    {
        using var workspace = SmallWorkspace.Shop();
        await using var dev = await StartAsync(workspace, "dev.json", "\n}", "dev", "--port", "0", "--metrics-port", "0", "--no-worker", "--json");
        await using var one = await StartAsync(workspace, "worker.txt", "Ctrl+C", "worker");
        await using var other = await StartAsync(workspace, "worker.json", "\n}", "worker", "--json");

        foreach (var process in new[] { one, other, dev })
        {
            await process.InterruptAsync();
            (await process.EndAsync()).ShouldSucceed();
        }
    }

    /// <summary>Lines of the log have times, and come from workers too: the file is the test's own.</summary>
    private static async Task LogsAsync(SmallWorkspace workspace)
    {
        foreach (var file in Directory.EnumerateFiles(workspace.At(".orchestrator/logs")))
        {
            File.Delete(file);
        }

        workspace.Write(".orchestrator/logs/run-20240501.log", """
            {"Timestamp":"2024-05-01T10:00:00.0000000+00:00","Level":"Information","MessageTemplate":"Run {Run} begins","RenderedMessage":"Run run/shop/2024-05-01 begins"}
            {"Timestamp":"2024-05-01T10:00:01.5000000+00:00","Level":"Error","MessageTemplate":"Run {Run} fails","RenderedMessage":"Run run/shop/2024-05-01 fails","Exception":"System.IO.IOException: no space left\n   at Some.Place()"}
            {"Timestamp":"2024-05-01T10:00:02.0000000+00:00","Level":"Information","MessageTemplate":"Run run/shop/2024-05-02 begins"}
            a line that was cut o
            """);
        await GoldenCall.TextAsync(workspace.At(""), "logs", 0, "logs", "2024-05-01");
        await GoldenCall.DocumentAsync(workspace.At(""), "logs", 0, "logs", "2024-05-01", "--level", "error");
    }

    /// <summary>Starts what goes on until it is stopped, and holds what it prints until then against its file.</summary>
    private static async Task<OrchestratorProcess> StartAsync(SmallWorkspace workspace, string golden, string last, params string[] call)
    {
        var process = workspace.Start(null, call);
        await process.WaitForAsync(last);
        var (name, approve) = (golden.Split('.')[0], golden.EndsWith(".json", StringComparison.Ordinal) ? (Action<string, string, string?>)GoldenText.EqualDocument : GoldenText.Equal);
        approve(name, process.Output, workspace.At(""));
        return process;
    }

    /// <summary>Steps are seen as often as somebody looks; how far everything is, is told only when it takes long.</summary>
    [GeneratedRegex(@"^(2024-05-\d\d  (?!started|done|skipped|FAILED|HELD)|\d+ of \d+ partitions, ).*\r?\n", RegexOptions.Multiline)]
    private static partial Regex Steps();
}
