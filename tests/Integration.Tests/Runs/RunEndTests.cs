using Orchestrator.Activities.Contracts;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Integration.Tests.Runs;

/// <summary>Runs that are cancelled, or whose time is over, while they make rows and while they publish them: all of a run is visible, or nothing.</summary>
public sealed class RunEndTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("land.before-put")]
    [InlineData("load.staged")]
    [InlineData("transform.made")]
    [InlineData("publish.before-commit")]
    public async Task Cancel_BeforeTheFirstCommit_LeavesTablesAndStagingAsTheyWere(string place)
    {
        await using var live = await StartAsync();
        var handle = await AtAsync(live, place, h => h.CancelAsync(), untilCancelled: true);
        await Assert.ThrowsAsync<WorkflowFailedException>(() => live.EndAsync(handle));

        Assert.All(["bronze.shop", "silver.sales", "gold.sums"], t => Assert.False(Files(live, t).Any(), t));
        var staging = Path.Combine(live.Workspace.Lake, "_staging");
        Assert.Empty(Directory.Exists(staging) ? Directory.EnumerateFiles(staging, "*", SearchOption.AllDirectories) : []);
        Assert.Equal("Failed", (await live.PlanAsync("shop"))["2024-05-01"]);
        await WholeAsync(live, await live.RunAsync("shop", "2024-05-01"));
    }

    [Theory]
    [InlineData("publish.after-commit", false)]
    [InlineData("publish.before-quarantine", false)]
    [InlineData("publish.after-commit", true)]
    public async Task End_AfterTheFirstCommit_ComesTooLateAndTheRunPublishesAll(string place, bool ofItsTime)
    {
        await using var live = await StartAsync(ofItsTime ? "20s" : "10m");
        var handle = await AtAsync(live, place, h => ofItsTime ? Task.Delay(TimeSpan.FromSeconds(21)) : h.CancelAsync(), untilCancelled: false);

        await WholeAsync(live, await live.EndAsync(handle));
        Assert.Equal("", (await live.PlanAsync("shop"))["2024-05-01"]);
    }

    [Fact]
    public async Task Run_ThatWorksForLongerThanItsLimit_FailsByNameAndPublishesNothing()
    {
        await using var live = await StartAsync("20s");
        var handle = await AtAsync(live, "transform.made", _ => Task.CompletedTask, untilCancelled: true);
        Assert.Equal(ErrorTypes.RunTimeout, (await LiveRuns.FailureAsync(() => live.EndAsync(handle))).ErrorType);
        Assert.All(["bronze.shop", "silver.sales", "gold.sums"], t => Assert.False(Files(live, t).Any(), t));
        var last = await live.Lake.ReadLedgerAsync("shop", "2024-05-01", CancellationToken.None);
        Assert.Contains("limits.run_timeout", last!.Result.Reason, StringComparison.Ordinal);
    }

    /// <summary>Starts a run, and at a place that it passes for the first time does something to it; goes on when that has reached the step, or after a while.</summary>
    private static async Task<WorkflowHandle> AtAsync(LiveRuns live, string place, Func<WorkflowHandle, Task> does, bool untilCancelled)
    {
        var started = new TaskCompletionSource<WorkflowHandle>(TaskCreationOptions.RunContinuationsAsynchronously);
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        live.At = p =>
        {
            if (p == place && !passed.Task.IsCompleted)
            {
                passed.TrySetResult();
                var token = Temporalio.Activities.ActivityExecutionContext.Current.CancellationToken;
                does(started.Task.GetAwaiter().GetResult()).GetAwaiter().GetResult();
                Assert.Equal(untilCancelled, token.WaitHandle.WaitOne(untilCancelled ? Patience : TimeSpan.FromSeconds(3)) && untilCancelled);
            }
        };
        started.SetResult(await live.StartAsync("shop", "2024-05-01"));
        await passed.Task.WaitAsync(Patience);
        return await started.Task;
    }

    private static async Task WholeAsync(LiveRuns live, RunResult result)
    {
        Assert.Equal(RunStatus.Published, result.Status);
        Assert.Equal(["bronze.shop", "silver.sales", "gold.sums"], result.Datasets.Select(d => d.Dataset));
        Assert.All(result.Datasets, d => Assert.True(d.Counts.Balanced()));
        Assert.Equal(["10|2024-05-01"], await live.RowsAsync("total, day", "gold.sums"));
        Assert.Equal("1", Assert.Single(await live.RowsAsync("count(*)", "_quarantine.silver_sales")));
    }

    private static IEnumerable<string> Files(LiveRuns live, string table)
    {
        var folder = Path.Combine([live.Workspace.Lake, .. table.Split('.')]);
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.parquet", SearchOption.AllDirectories) : [];
    }

    private static async Task<LiveRuns> StartAsync(string timeout = "10m") => await LiveRuns.StartAsync(SmallWorkspace.Shop(timeout));
}
