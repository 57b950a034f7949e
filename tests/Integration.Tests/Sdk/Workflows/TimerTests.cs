using Temporalio.Api.Enums.V1;
using Temporalio.Converters;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Workflows;

/// <summary>Timers of workflows.</summary>
public sealed class TimerTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Delay_ThenTime_HasPassed() => Assert.Equal("True", await RunAsync(async _ =>
    {
        var before = Workflow.UtcNow;
        await Workflow.DelayAsync(60);
        return $"{Workflow.UtcNow - before >= TimeSpan.FromMilliseconds(60)}";
    }));

    [Fact]
    public async Task Delay_Negative_Throws() =>
        Assert.StartsWith("ArgumentException", await RunAsync(_ => CaughtAsync(() => Workflow.DelayAsync(-5))), StringComparison.Ordinal);

    [Fact]
    public async Task Delay_Zero_IsATimerOfOneMillisecond()
    {
        var handle = await StartAsync(async _ =>
        {
            await Workflow.DelayAsync(0);
            return "done";
        });
        Assert.Equal("done", await ResultAsync(handle));
        var started = (await EventsAsync(handle)).Single(e => e.TimerStartedEventAttributes is not null);
        Assert.Equal(TimeSpan.FromMilliseconds(1), started.TimerStartedEventAttributes.StartToFireTimeout.ToTimeSpan());
    }

    [Fact]
    public async Task Delay_Infinite_MakesNoTimerAndEndsByCancellation()
    {
        var handle = await StartAsync(async _ =>
        {
            using var source = new CancellationTokenSource();
            var wait = Workflow.DelayAsync(Timeout.InfiniteTimeSpan, source.Token);
            await Workflow.DelayAsync(1);
            source.Cancel();
            return await CaughtAsync(() => wait);
        });
        Assert.StartsWith("TaskCanceledException", await ResultAsync(handle), StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(handle, EventType.TimerStarted));
    }

    [Fact]
    public async Task Delay_TokenCancelledBefore_MakesNoTimer()
    {
        var handle = await StartAsync(_ => CaughtAsync(() => Workflow.DelayAsync(1000, new CancellationToken(true))));
        Assert.StartsWith("TaskCanceledException", await ResultAsync(handle), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(handle, EventType.TimerStarted));
    }

    [Fact]
    public async Task Delay_CancelledInTheSameStep_LeavesNoEvent()
    {
        var handle = await StartAsync(_ =>
        {
            using var source = new CancellationTokenSource();
            var wait = Workflow.DelayAsync(100_000, source.Token);
            source.Cancel();
            return CaughtAsync(() => wait);
        });
        Assert.StartsWith("TaskCanceledException", await ResultAsync(handle), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(handle, EventType.TimerStarted));
    }

    [Fact]
    public async Task Delay_CancelledLater_IsCanceledInHistory()
    {
        var handle = await StartAsync(async _ =>
        {
            using var source = new CancellationTokenSource();
            var wait = Workflow.DelayAsync(100_000, source.Token);
            await Workflow.DelayAsync(1);
            source.Cancel();
            return await CaughtAsync(() => wait);
        });
        Assert.StartsWith("TaskCanceledException", await ResultAsync(handle), StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(handle, EventType.TimerCanceled));
    }

    [Fact]
    public async Task Delay_WithSummary_CarriesItOnTheEvent()
    {
        var handle = await StartAsync(async _ =>
        {
            await Workflow.DelayWithOptionsAsync(new(1, "a nap"));
            return "done";
        });
        await ResultAsync(handle);
        var started = (await EventsAsync(handle)).Single(e => e.TimerStartedEventAttributes is not null);
        Assert.Equal("a nap", await DataConverter.Default.ToValueAsync<string>(started.UserMetadata.Summary));
    }

    [Fact]
    public async Task Delays_AtOnce_FireInOrderOfTheirTimes() => Assert.Equal("20 60 100", await RunAsync(async _ =>
    {
        var order = new List<int>();
        await Workflow.WhenAllAsync(new[] { 100, 20, 60 }.Select(async ms =>
        {
            await Workflow.DelayAsync(ms);
            order.Add(ms);
        }));
        return string.Join(' ', order);
    }));

    [Fact]
    public async Task WhenAny_OfTheRuntime_StaysOnTheScheduler() => Assert.Equal("fast", await RunAsync(async _ =>
    {
        var slow = Workflow.DelayAsync(100_000);
        var fast = Workflow.DelayAsync(5);
        return await Task.WhenAny(slow, fast) == fast ? "fast" : "slow";
    }));

    [Fact]
    public async Task UtcNow_WithinOneTask_StandsStill() => Assert.Equal("True", await RunAsync(_ =>
    {
        var before = Workflow.UtcNow;
        Thread.Sleep(20);
        return Task.FromResult($"{before == Workflow.UtcNow}");
    }));
}
