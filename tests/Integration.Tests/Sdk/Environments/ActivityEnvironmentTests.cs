using Temporalio.Activities;
using Temporalio.Testing;

namespace Orchestrator.Integration.Tests.Sdk.Environments;

/// <summary>Activities without a server.</summary>
public sealed class ActivityEnvironmentTests
{
    [Fact]
    public async Task Run_GivesTheContextAndTheResult()
    {
        var env = new ActivityEnvironment { Info = ActivityEnvironment.DefaultInfo with { ActivityType = "Mine", Attempt = 4 } };
        Assert.Equal("Mine 4", await env.RunAsync(() => $"{ActivityExecutionContext.Current.Info.ActivityType} {ActivityExecutionContext.Current.Info.Attempt}"));
        Assert.False(ActivityExecutionContext.HasCurrent);
    }

    [Fact]
    public async Task Run_Async_KeepsTheContextOverAwaits() => Assert.True(await new ActivityEnvironment().RunAsync(async () =>
    {
        await Task.Yield();
        return ActivityExecutionContext.HasCurrent;
    }));

    [Fact]
    public async Task Heartbeats_AreHanded()
    {
        var beats = new List<object?>();
        await new ActivityEnvironment { Heartbeater = d => beats.AddRange(d) }.RunAsync(() => ActivityExecutionContext.Current.Heartbeat("a", 1));
        Assert.Equal(["a", 1], beats);
    }

    [Fact]
    public async Task Cancel_FiresTheTokenWithTheReason()
    {
        var env = new ActivityEnvironment();
        var begun = new TaskCompletionSource();
        var run = env.RunAsync(async () =>
        {
            begun.SetResult();
            await Task.Delay(-1, ActivityExecutionContext.Current.CancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
            return ActivityExecutionContext.Current.CancelReason;
        });
        await begun.Task;
        env.Cancel(ActivityCancelReason.Timeout);
        Assert.Equal(ActivityCancelReason.Timeout, await run);
    }

    [Fact]
    public async Task WorkerShutdown_FiresItsToken()
    {
        var env = new ActivityEnvironment();
        await env.WorkerShutdownTokenSource.CancelAsync();
        Assert.True(await env.RunAsync(() => ActivityExecutionContext.Current.WorkerShutdownToken.IsCancellationRequested));
    }

    [Fact]
    public async Task Client_NotGiven_Throws() => await Assert.ThrowsAsync<InvalidOperationException>(
        () => new ActivityEnvironment().RunAsync(() => { _ = ActivityExecutionContext.Current.TemporalClient; }));

    [Fact]
    public async Task Exception_ComesOut() => await Assert.ThrowsAsync<FormatException>(() => new ActivityEnvironment().RunAsync(void () => throw new FormatException("mine")));
}
