using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Activities;

/// <summary>Local activities.</summary>
public sealed class LocalActivityTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Call_Succeeds_LeavesOneMarker()
    {
        var handle = await StartAsync(_ => Workflow.ExecuteLocalActivityAsync(() => Deeds.Greet("Ada"), Deeds.ShortLocal));
        Assert.Equal("Hello, Ada!", await ResultAsync(handle));
        Assert.Equal("core_local_activity", Assert.Single(await EventsAsync(handle), e => e.MarkerRecordedEventAttributes is not null).MarkerRecordedEventAttributes.MarkerName);
        Assert.Equal(1, await CountAsync(handle, EventType.WorkflowTaskCompleted));
    }

    [Fact]
    public async Task Call_ByName_Succeeds() =>
        Assert.Equal("3", await RunAsync(async _ => $"{await Workflow.ExecuteLocalActivityAsync<int>("Add", [1, 2], Deeds.ShortLocal)}"));

    [Fact]
    public async Task Info_SaysThatItIsLocal()
    {
        var deed = Deeds.Keep(() => Task.FromResult($"{ActivityExecutionContext.Current.Info.IsLocal} {ActivityExecutionContext.Current.Info.Attempt}"));
        Assert.Equal("True 1", await RunAsync(_ => Workflow.ExecuteLocalActivityAsync(() => Deeds.DoAsync(deed), Deeds.ShortLocal)));
    }

    [Fact]
    public async Task Retry_InMemory_LeavesOneMarker()
    {
        var handle = await StartAsync(_ => Workflow.ExecuteLocalActivityAsync(() => Deeds.FailUntil(3), Deeds.ShortLocal));
        Assert.Equal("ok at attempt 3", await ResultAsync(handle));
        Assert.Equal(1, await CountAsync(handle, EventType.MarkerRecorded));
    }

    [Fact]
    public async Task Retry_LongerThanTheThreshold_WaitsByATimer()
    {
        var handle = await StartAsync(_ => Workflow.ExecuteLocalActivityAsync(
            () => Deeds.FailUntil(2),
            new() { StartToCloseTimeout = TimeSpan.FromSeconds(5), LocalRetryThreshold = TimeSpan.FromMilliseconds(10), RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(100) } }));
        Assert.Equal("ok at attempt 2", await ResultAsync(handle));
        Assert.Equal((2, 1), (await CountAsync(handle, EventType.MarkerRecorded), await CountAsync(handle, EventType.TimerFired)));
    }

    [Fact]
    public async Task Failure_OfTheApplication_ReachesTheCodeUnwrapped()
    {
        var failure = await FailsAsync<ApplicationFailureException>(_ => Workflow.ExecuteLocalActivityAsync(() => Deeds.Refuse(), Deeds.ShortLocal));
        Assert.Equal(("Refused", 7), (failure.ErrorType, failure.Details.ElementAt<int>(1)));
        Assert.Equal("FormatException", Assert.IsType<ApplicationFailureException>(failure.InnerException).ErrorType);
    }

    [Fact]
    public async Task StartToClose_TooLong_TimesOut()
    {
        var deed = Deeds.Keep(async () =>
        {
            await Task.Delay(20_000, ActivityExecutionContext.Current.CancellationToken);
            return "late";
        });
        var failure = await FailsAsync<ActivityFailureException>(_ => Workflow.ExecuteLocalActivityAsync(
            () => Deeds.DoAsync(deed), new() { StartToCloseTimeout = TimeSpan.FromMilliseconds(200), RetryPolicy = Deeds.Quick(1) }));
        Assert.Equal(TimeoutType.StartToClose, Assert.IsType<TimeoutFailureException>(failure.InnerException).TimeoutType);
    }

    [Fact]
    public async Task StartToClose_OfAYear_IsNoProblem() => Assert.Equal("Hello, Ada!", await RunAsync(_ => Workflow.ExecuteLocalActivityAsync(
        () => Deeds.Greet("Ada"), new() { StartToCloseTimeout = TimeSpan.FromDays(365) })));

    [Fact]
    public async Task Cancel_WhileItRuns_Throws() => Assert.Contains("ActivityFailureException", await RunAsync(async _ =>
    {
        using var source = new CancellationTokenSource();
        var options = Deeds.ShortLocal;
        options.CancellationToken = source.Token;
        var call = Workflow.ExecuteLocalActivityAsync(() => Deeds.UntilCancelledAsync(), options);
        await Workflow.DelayAsync(20);
        source.Cancel();
        return await CaughtAsync(() => call);
    }), StringComparison.Ordinal);

    [Fact]
    public async Task WithoutTimeouts_Throws() =>
        Assert.StartsWith("ArgumentException", await RunAsync(_ => CaughtAsync(() => Workflow.ExecuteLocalActivityAsync(() => Deeds.Nothing(), new()))), StringComparison.Ordinal);

    [Fact]
    public async Task Unregistered_ThrowsAtOnce()
    {
        // Not replayed: a replayer has no activities, so it cannot know which are missing.
        var handle = await StartAsync(_ => CaughtAsync(() => Workflow.ExecuteLocalActivityAsync<string>("Nowhere", [], Deeds.ShortLocal)));
        Assert.Contains("Nowhere", await handle.GetResultAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_AtOnce_ReplayInTheirOrder() => Assert.Equal("190", await RunAsync(async _ =>
        $"{(await Workflow.WhenAllAsync(Enumerable.Range(0, 20).Select(i => Workflow.ExecuteLocalActivityAsync(() => Deeds.Add(i, 0), Deeds.ShortLocal)))).Sum()}"));

    [Fact]
    public async Task Signal_WhileOneRuns_IsSeenAfterwards()
    {
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var deed = Deeds.Keep(async () =>
        {
            begun.TrySetResult();
            await end.Task;
            return "ended";
        });
        var handle = await StartAsync(async wf => $"{await Workflow.ExecuteLocalActivityAsync(() => Deeds.DoAsync(deed), Deeds.ShortLocal)} {await wf.ReceiveAsync(1)}");
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await handle.SignalAsync(wf => wf.PutAsync("signal"));
        end.SetResult();
        Assert.Equal("ended signal", await ResultAsync(handle));
    }

    [Fact]
    public async Task Summary_IsOnTheMarker()
    {
        var handle = await StartAsync(_ => Workflow.ExecuteLocalActivityAsync(
            () => Deeds.Greet("Ada"), new() { StartToCloseTimeout = TimeSpan.FromSeconds(5), Summary = "a greeting" }));
        await ResultAsync(handle);
        Assert.NotNull((await EventsAsync(handle)).Single(e => e.MarkerRecordedEventAttributes is not null).UserMetadata?.Summary);
    }

    [Fact]
    public async Task Cancellation_AndAResultOfOneTask_ComeInOneOrder() => Assert.Equal("cancelled Hello, Ada!", await RunAsync(async _ =>
    {
        using var source = new CancellationTokenSource();
        var log = new List<string>();
        var options = Deeds.Short;
        options.CancellationToken = source.Token;
        var local = ThenLogAsync(Workflow.ExecuteLocalActivityAsync(() => Deeds.Greet("Ada"), Deeds.ShortLocal));
        var cancelled = ThenLogAsync(Workflow.ExecuteActivityAsync(() => Deeds.UntilCancelledAsync(), options));
        source.Cancel();
        await Workflow.WhenAllAsync(local, cancelled);
        var first = string.Join(' ', log);
        var again = await Workflow.ExecuteLocalActivityAsync(() => Deeds.Greet(first), Deeds.ShortLocal);
        return again == $"Hello, {first}!" ? first : $"{again} at first, now {first}";

        async Task ThenLogAsync(Task<string> call)
        {
            try
            {
                log.Add(await call);
            }
            catch (ActivityFailureException)
            {
                log.Add("cancelled");
            }
        }
    }));
}
