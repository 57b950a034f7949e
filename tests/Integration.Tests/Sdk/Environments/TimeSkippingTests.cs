using System.Diagnostics;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Testing;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Environments;

/// <summary>The time-skipping environment on the embedded server.</summary>
public sealed class TimeSkippingTests
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Fact]
    public Task GetResult_TimerOfAMonth_EndsAtOnce() => WithEnvironmentAsync(async (env, queue) =>
    {
        Assert.True(env.SupportsTimeSkipping);
        var before = await env.GetCurrentTimeAsync();
        var real = Stopwatch.StartNew();
        var slept = await env.Client.ExecuteWorkflowAsync((Sleeper wf) => wf.RunAsync(Month), SdkServer.Options(queue));

        Assert.InRange(slept, Month, Month + TimeSpan.FromMinutes(1));
        Assert.InRange(await env.GetCurrentTimeAsync() - before, Month, Month + TimeSpan.FromMinutes(1));
        Assert.True(real.Elapsed < TimeSpan.FromSeconds(30), $"took {real.Elapsed}");
    });

    [Fact]
    public Task GetResult_OfAFailure_LocksTimeAgain() => WithEnvironmentAsync(async (env, queue) =>
    {
        await Assert.ThrowsAsync<WorkflowFailedException>(() => env.Client.ExecuteWorkflowAsync((Failing wf) => wf.RunAsync(), SdkServer.Options(queue)));
        var sleeper = await env.Client.StartWorkflowAsync((Sleeper wf) => wf.RunAsync(Month), SdkServer.Options(queue));
        await StartedAsync(sleeper);
        Assert.InRange(await env.GetCurrentTimeAsync() - DateTime.UtcNow, -Month, Month / 2);
        await sleeper.TerminateAsync();
    });

    [Fact]
    public Task Delay_OfADay_MovesTheTimersOfAllWorkflows() => WithEnvironmentAsync(async (env, queue) =>
    {
        var handle = await env.Client.StartWorkflowAsync((Ticker wf) => wf.RunAsync(), SdkServer.Options(queue));
        await StartedAsync(handle);
        Assert.Equal(0, await handle.QueryAsync(wf => wf.Hours));
        await env.DelayAsync(TimeSpan.FromHours(23.5));
        Assert.Equal(23, await handle.QueryAsync(wf => wf.Hours));
        await env.DelayAsync((int)TimeSpan.FromHours(1).TotalMilliseconds);
        Assert.Equal(24, await handle.QueryAsync(wf => wf.Hours));
    });

    [Fact]
    public Task ActivityTimeout_OfTenHoursOverAllAttempts_ComesAtOnce() => WithEnvironmentAsync(async (env, queue) =>
    {
        var before = await env.GetCurrentTimeAsync();
        var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() =>
            env.Client.ExecuteWorkflowAsync((Waiting wf) => wf.RunAsync(TimeSpan.FromHours(10)), SdkServer.Options(queue)));

        Assert.Equal(Temporalio.Api.Enums.V1.RetryState.Timeout, Assert.IsType<ActivityFailureException>(failed.InnerException).RetryState);
        Assert.InRange(await env.GetCurrentTimeAsync() - before, TimeSpan.FromHours(8), TimeSpan.FromHours(11));
    });

    [Fact]
    public Task ActivityRetries_OverDays_TakeNoTime() => WithEnvironmentAsync(async (env, queue) =>
    {
        var real = Stopwatch.StartNew();
        Assert.Equal("attempt 5", await env.Client.ExecuteWorkflowAsync((Retrying wf) => wf.RunAsync(), SdkServer.Options(queue)));
        Assert.True(real.Elapsed < TimeSpan.FromSeconds(30), $"took {real.Elapsed}");
    });

    [Fact]
    public Task WorkflowRunTimeout_OfAnHour_ComesAtOnce() => WithEnvironmentAsync(async (env, queue) =>
    {
        var options = SdkServer.Options(queue);
        options.RunTimeout = TimeSpan.FromHours(1);
        var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => env.Client.ExecuteWorkflowAsync((Sleeper wf) => wf.RunAsync(Month), options));
        Assert.IsType<TimeoutFailureException>(failed.InnerException);
    });

    [Fact]
    public Task AutoTimeSkippingDisabled_ResultOfALongTimer_IsWaitedForInRealTime() => WithEnvironmentAsync(async (env, queue) =>
    {
        var handle = await env.Client.StartWorkflowAsync((Sleeper wf) => wf.RunAsync(Month), SdkServer.Options(queue));
        await env.WithAutoTimeSkippingDisabledAsync(async () =>
        {
            using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handle.GetResultAsync(rpcOptions: new() { CancellationToken = enough.Token }));
        });
        Assert.InRange(await handle.GetResultAsync(), Month, Month + TimeSpan.FromMinutes(1));
    });

    [Fact]
    public Task GetWorkflowHandle_OfARunningOne_SkipsNothing() => WithEnvironmentAsync(async (env, queue) =>
    {
        var started = await env.Client.StartWorkflowAsync((Sleeper wf) => wf.RunAsync(Month), SdkServer.Options(queue));
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            env.Client.GetWorkflowHandle(started.Id).GetResultAsync(rpcOptions: new() { CancellationToken = enough.Token }));
        await started.TerminateAsync();
    });

    [Fact]
    public async Task TwoEnvironments_OneSkips_TheOtherKeepsItsTime()
    {
        await using var other = await WorkflowEnvironment.StartTimeSkippingAsync();
        await WithEnvironmentAsync(async (env, queue) =>
        {
            await env.Client.ExecuteWorkflowAsync((Sleeper wf) => wf.RunAsync(Month), SdkServer.Options(queue));
            Assert.InRange(await env.GetCurrentTimeAsync() - await other.GetCurrentTimeAsync(), Month - TimeSpan.FromMinutes(5), Month + TimeSpan.FromMinutes(5));
        });
    }

    [Fact]
    public async Task LocalEnvironment_SupportsNoSkipping()
    {
        await using var env = await WorkflowEnvironment.StartLocalAsync();
        Assert.False(env.SupportsTimeSkipping);
        Assert.InRange(await env.GetCurrentTimeAsync() - DateTime.UtcNow, TimeSpan.FromSeconds(-5), TimeSpan.FromSeconds(5));
        Assert.Equal(5, env.WithAutoTimeSkippingDisabled(() => 5));
    }

    [Fact]
    public void Clone_OptionsOfTheTestServer_AreCopiedToo()
    {
        var options = new WorkflowEnvironmentStartTimeSkippingOptions { TestServer = { ExtraArgs = ["--x"] } };
        var copy = (WorkflowEnvironmentStartTimeSkippingOptions)options.Clone();
        Assert.NotSame(options.TestServer, copy.TestServer);
        Assert.Equal(options.TestServer.ExtraArgs, copy.TestServer.ExtraArgs);
    }

    private static async Task WithEnvironmentAsync(Func<WorkflowEnvironment, string, Task> body)
    {
        await using var env = await WorkflowEnvironment.StartTimeSkippingAsync();
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = new TemporalWorker(
            env.Client,
            new TemporalWorkerOptions(queue).AddWorkflow<Sleeper>().AddWorkflow<Failing>().AddWorkflow<Ticker>().AddWorkflow<Waiting>()
                .AddWorkflow<Retrying>().AddActivity(Work.FailFourTimes).AddActivity(Work.Fail));
        await worker.ExecuteAsync(() => body(env, queue).WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private static async Task StartedAsync(WorkflowHandle handle)
    {
        while ((await handle.FetchHistoryAsync()).Events.All(e => e.WorkflowTaskCompletedEventAttributes is null))
        {
            await Task.Delay(20);
        }
    }

    public static class Work
    {
        [Activity]
        public static void Fail() => throw new ApplicationFailureException("always");

        [Activity]
        public static string FailFourTimes() => ActivityExecutionContext.Current.Info.Attempt is var attempt && attempt < 5
            ? throw new ApplicationFailureException($"attempt {attempt}")
            : $"attempt {attempt}";
    }

    [Workflow]
    public sealed class Sleeper
    {
        [WorkflowRun]
        public async Task<TimeSpan> RunAsync(TimeSpan time)
        {
            var before = Workflow.UtcNow;
            await Workflow.DelayAsync(time);
            return Workflow.UtcNow - before;
        }
    }

    [Workflow]
    public sealed class Failing
    {
        [WorkflowRun]
        public Task RunAsync() => throw new ApplicationFailureException("no");
    }

    [Workflow]
    public sealed class Ticker
    {
        [WorkflowQuery]
        public int Hours { get; private set; }

        [WorkflowRun]
        public async Task RunAsync()
        {
            while (Hours < 100)
            {
                await Workflow.DelayAsync(TimeSpan.FromHours(1));
                Hours++;
            }
        }
    }

    [Workflow]
    public sealed class Waiting
    {
        [WorkflowRun]
        public Task RunAsync(TimeSpan limit) => Workflow.ExecuteActivityAsync(
            () => Work.Fail(), new() { ScheduleToCloseTimeout = limit, RetryPolicy = new() { InitialInterval = TimeSpan.FromHours(1), BackoffCoefficient = 1 } });
    }

    [Workflow]
    public sealed class Retrying
    {
        [WorkflowRun]
        public Task<string> RunAsync() => Workflow.ExecuteActivityAsync(
            () => Work.FailFourTimes(), new() { StartToCloseTimeout = TimeSpan.FromHours(1), RetryPolicy = new() { InitialInterval = TimeSpan.FromDays(1) } });
    }
}
