using Microsoft.Extensions.Logging;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Activities;

/// <summary>Activities as workflows call them.</summary>
public sealed class ActivityBehaviourTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Call_ByLambda_GivesTheResult() =>
        Assert.Equal("Hello, Ada!", await RunAsync(_ => Workflow.ExecuteActivityAsync(() => Deeds.Greet("Ada"), Deeds.Short)));

    [Fact]
    public async Task Call_ByName_GivesTheResult() =>
        Assert.Equal("5", await RunAsync(async _ => $"{await Workflow.ExecuteActivityAsync<int>("Add", [2, 3], Deeds.Short)}"));

    [Fact]
    public async Task Call_OfVoid_Ends() => Assert.Equal("done", await RunAsync(async _ =>
    {
        await Workflow.ExecuteActivityAsync(() => Deeds.Nothing(), Deeds.Short);
        return "done";
    }));

    [Fact]
    public async Task Call_WithoutTimeouts_ThrowsBeforeAnyCommand()
    {
        var handle = await StartAsync(_ => CaughtAsync(() => Workflow.ExecuteActivityAsync(() => Deeds.Nothing(), new())));
        Assert.StartsWith("ArgumentException", await ResultAsync(handle), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(handle, EventType.ActivityTaskScheduled));
    }

    [Fact]
    public async Task Call_DefaultId_IsTheNumberOfTheCall()
    {
        var handle = await StartAsync(async _ =>
        {
            await Workflow.ExecuteActivityAsync(() => Deeds.Nothing(), Deeds.Short);
            await Workflow.ExecuteActivityAsync(() => Deeds.Nothing(), Deeds.Short);
            return "done";
        });
        await ResultAsync(handle);
        Assert.Equal(["1", "2"], (await EventsAsync(handle)).Select(e => e.ActivityTaskScheduledEventAttributes?.ActivityId).OfType<string>());
    }

    [Fact]
    public async Task Call_WithIdAndSummary_CarriesThem()
    {
        var handle = await StartAsync(async _ =>
        {
            var options = Deeds.Short;
            (options.ActivityId, options.Summary) = ("mine", "what it is for");
            return await Workflow.ExecuteActivityAsync(() => Deeds.Greet("Ada"), options);
        });
        await ResultAsync(handle);
        var scheduled = (await EventsAsync(handle)).Single(e => e.ActivityTaskScheduledEventAttributes is not null);
        Assert.Equal("mine", scheduled.ActivityTaskScheduledEventAttributes.ActivityId);
        Assert.Equal("what it is for", await DataConverter.Default.ToValueAsync<string>(scheduled.UserMetadata.Summary));
    }

    [Fact]
    public async Task Info_InTheActivity_NamesItsWorkflow()
    {
        var deed = Deeds.Keep(() => Task.FromResult(
            $"{ActivityExecutionContext.Current.Info.WorkflowId} {ActivityExecutionContext.Current.Info.WorkflowType} {ActivityExecutionContext.Current.Info.ActivityType} "
            + $"{ActivityExecutionContext.Current.Info.Attempt} {ActivityExecutionContext.Current.Info.IsLocal} {ActivityExecutionContext.Current.Info.TaskQueue} "
            + $"{ActivityExecutionContext.Current.Info.StartToCloseTimeout} {ActivityExecutionContext.Current.Info.RetryPolicy!.MaximumAttempts}"));
        var handle = await StartAsync(_ => Workflow.ExecuteActivityAsync(() => Deeds.DoAsync(deed), Deeds.Short));
        Assert.Equal($"{handle.Id} Script Do 1 False behaviours 00:00:20 3", await ResultAsync(handle));
    }

    [Fact]
    public async Task Retry_UntilItWorks_LeavesOneStartedEvent()
    {
        var handle = await StartAsync(_ => Workflow.ExecuteActivityAsync(() => Deeds.FailUntil(3), Deeds.Short));
        Assert.Equal("ok at attempt 3", await ResultAsync(handle));
        var started = Assert.Single(await EventsAsync(handle), e => e.ActivityTaskStartedEventAttributes is not null);
        Assert.Equal((3, "attempt 2 fails"), (started.ActivityTaskStartedEventAttributes.Attempt, started.ActivityTaskStartedEventAttributes.LastFailure.Message));
    }

    [Fact]
    public async Task Retry_AttemptsRunOut_FailsWithTheLast()
    {
        var failure = await FailsAsync<ActivityFailureException>(_ => Workflow.ExecuteActivityAsync(() => Deeds.FailUntil(9), Deeds.Short));
        Assert.Equal((RetryState.MaximumAttemptsReached, "attempt 3 fails"), (failure.RetryState, failure.InnerException!.Message));
    }

    [Fact]
    public async Task Failure_NonRetryable_IsTriedOnce()
    {
        var failure = await FailsAsync<ActivityFailureException>(_ => Workflow.ExecuteActivityAsync(() => Deeds.Refuse(), Deeds.Short));
        Assert.Equal(RetryState.NonRetryableFailure, failure.RetryState);
        var cause = Assert.IsType<ApplicationFailureException>(failure.InnerException);
        Assert.Equal(("Refused", true, "why", 7), (cause.ErrorType, cause.NonRetryable, cause.Details.ElementAt<string>(0), cause.Details.ElementAt<int>(1)));
        Assert.Equal("FormatException", Assert.IsType<ApplicationFailureException>(cause.InnerException).ErrorType);
    }

    [Fact]
    public async Task Failure_TypeListedAsNonRetryable_IsTriedOnce()
    {
        var failure = await FailsAsync<ActivityFailureException>(_ =>
        {
            var options = Deeds.Short;
            options.RetryPolicy!.NonRetryableErrorTypes = ["Flaky"];
            return Workflow.ExecuteActivityAsync(() => Deeds.FailUntil(2), options);
        });
        Assert.Equal(RetryState.NonRetryableFailure, failure.RetryState);
    }

    [Fact]
    public async Task Failure_OfAnyException_HasItsShortNameAsType()
    {
        var deed = Deeds.Keep(() => throw new KeyNotFoundException("no key"));
        var failure = await FailsAsync<ActivityFailureException>(_ => Workflow.ExecuteActivityAsync(() => Deeds.DoAsync(deed), Deeds.Short));
        Assert.Equal("KeyNotFoundException", Assert.IsType<ApplicationFailureException>(failure.InnerException).ErrorType);
        Assert.Equal(("Do", "1"), (failure.ActivityType, failure.ActivityId));
    }

    [Fact]
    public async Task NextRetryDelay_OfTheFailure_IsWaitedFor()
    {
        var deed = Deeds.Keep(() => ActivityExecutionContext.Current.Info.Attempt == 1
            ? throw new ApplicationFailureException("later", nextRetryDelay: TimeSpan.FromMilliseconds(600))
            : Task.FromResult("now"));
        var before = DateTime.UtcNow;
        Assert.Equal("now", await RunAsync(_ => Workflow.ExecuteActivityAsync(() => Deeds.DoAsync(deed), Deeds.Short)));
        Assert.True(DateTime.UtcNow - before > TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task ScheduleToStart_NobodyPolls_TimesOut()
    {
        var failure = await FailsAsync<ActivityFailureException>(_ => Workflow.ExecuteActivityAsync<string>(
            "Any", [], new() { TaskQueue = "nobody", ScheduleToStartTimeout = TimeSpan.FromMilliseconds(200), StartToCloseTimeout = TimeSpan.FromSeconds(5) }));
        Assert.Equal(TimeoutType.ScheduleToStart, Assert.IsType<TimeoutFailureException>(failure.InnerException).TimeoutType);
    }

    [Fact]
    public async Task StartToClose_TooLong_TimesOutAndCancelsTheAttempt()
    {
        var seen = new TaskCompletionSource<ActivityCancelReason>();
        var deed = Deeds.Keep(async () =>
        {
            try
            {
                await Task.Delay(20_000, ActivityExecutionContext.Current.CancellationToken);
            }
            finally
            {
                seen.TrySetResult(ActivityExecutionContext.Current.CancelReason);
            }

            return "late";
        });
        var failure = await FailsAsync<ActivityFailureException>(_ => Workflow.ExecuteActivityAsync(
            () => Deeds.DoAsync(deed), new() { StartToCloseTimeout = TimeSpan.FromMilliseconds(300), RetryPolicy = Deeds.Quick(1) }));
        Assert.Equal(TimeoutType.StartToClose, Assert.IsType<TimeoutFailureException>(failure.InnerException).TimeoutType);
        Assert.Equal(ActivityCancelReason.Timeout, await seen.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task ScheduleToClose_OverRetries_EndsThem()
    {
        var failure = await FailsAsync<ActivityFailureException>(_ => Workflow.ExecuteActivityAsync(
            () => Deeds.FailUntil(999), new() { ScheduleToCloseTimeout = TimeSpan.FromMilliseconds(400), RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(150), BackoffCoefficient = 1 } }));
        Assert.Equal(RetryState.Timeout, failure.RetryState);
    }

    [Fact]
    public async Task Heartbeat_Details_ReachTheNextAttempt()
    {
        var deed = Deeds.Keep(async () =>
        {
            var context = ActivityExecutionContext.Current;
            if (context.Info.Attempt > 1)
            {
                return $"{await context.Info.HeartbeatDetailAtAsync<int>(0)} {await context.Info.HeartbeatDetailAtAsync<string>(1)}";
            }

            context.Heartbeat(41, "almost");
            context.Heartbeat(42, "there");
            throw new InvalidOperationException("once more");
        });
        Assert.Equal("42 there", await RunAsync(_ => Workflow.ExecuteActivityAsync(() => Deeds.DoAsync(deed), Deeds.Short)));
    }

    [Fact]
    public async Task Cancel_WaitCompleted_GivesTheActivityItsSay()
    {
        var reason = ActivityCancelReason.None;
        var deed = Deeds.Keep(async () =>
        {
            while (!ActivityExecutionContext.Current.CancellationToken.IsCancellationRequested)
            {
                ActivityExecutionContext.Current.Heartbeat();
                await Task.Delay(10);
            }

            reason = ActivityExecutionContext.Current.CancelReason;
            return "said goodbye";
        });
        Assert.Equal("said goodbye", await RunAsync(async _ =>
        {
            using var source = new CancellationTokenSource();
            var options = Deeds.Short;
            (options.HeartbeatTimeout, options.CancellationToken, options.CancellationType) = (TimeSpan.FromSeconds(1), source.Token, ActivityCancellationType.WaitCancellationCompleted);
            var call = Workflow.ExecuteActivityAsync(() => Deeds.DoAsync(deed), options);
            await Workflow.DelayAsync(50);
            source.Cancel();
            return await call;
        }));
        Assert.Equal(ActivityCancelReason.CancelRequested, reason);
    }

    [Theory]
    [InlineData(ActivityCancellationType.TryCancel, 1)]
    [InlineData(ActivityCancellationType.Abandon, 0)]
    public async Task Cancel_WithoutWaiting_ThrowsAtOnce(ActivityCancellationType type, int requests)
    {
        var handle = await StartAsync(async _ =>
        {
            using var source = new CancellationTokenSource();
            var options = Deeds.Short;
            (options.HeartbeatTimeout, options.CancellationToken, options.CancellationType) = (TimeSpan.FromSeconds(2), source.Token, type);
            var call = Workflow.ExecuteActivityAsync(() => Deeds.UntilCancelledAsync(), options);
            await Workflow.DelayAsync(20);
            source.Cancel();
            try
            {
                return await call;
            }
            catch (ActivityFailureException e) when (TemporalException.IsCanceledException(e))
            {
                await Workflow.DelayAsync(1);
                return "cancelled";
            }
        });
        Assert.Equal("cancelled", await ResultAsync(handle));
        Assert.Equal(requests, await CountAsync(handle, EventType.ActivityTaskCancelRequested));
    }

    [Fact]
    public async Task Cancel_TokenCancelledBefore_SchedulesNothing()
    {
        var handle = await StartAsync(_ =>
        {
            var options = Deeds.Short;
            options.CancellationToken = new(true);
            return CaughtAsync(() => Workflow.ExecuteActivityAsync(() => Deeds.Nothing(), options));
        });
        Assert.Contains("Canceled", await ResultAsync(handle), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(handle, EventType.ActivityTaskScheduled));
    }

    [Fact]
    public async Task Unknown_Activity_FailsRetryablyNamingTheKnown()
    {
        var failure = await FailsAsync<ActivityFailureException>(_ => Workflow.ExecuteActivityAsync<string>("Nowhere", [], new() { StartToCloseTimeout = TimeSpan.FromSeconds(5), RetryPolicy = Deeds.Quick(2) }));
        var cause = Assert.IsType<ApplicationFailureException>(failure.InnerException);
        Assert.Equal(("NotFoundError", RetryState.MaximumAttemptsReached), (cause.ErrorType, failure.RetryState));
        Assert.Contains("Greet", cause.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_OfTheWrongType_FailTheAttempt()
    {
        var failure = await FailsAsync<ActivityFailureException>(_ => ConvertedAsync(Workflow.ExecuteActivityAsync<int>("Add", ["two", 3], new() { StartToCloseTimeout = TimeSpan.FromSeconds(5), RetryPolicy = Deeds.Quick(1) })));
        Assert.Contains("Add", failure.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hundred_AtOnce_AllEnd() => Assert.Equal("4950", await RunAsync(async _ =>
        $"{(await Workflow.WhenAllAsync(Enumerable.Range(0, 100).Select(i => Workflow.ExecuteActivityAsync(() => Deeds.Add(i, 0), Deeds.Short)))).Sum()}"));

    [Fact]
    public async Task Client_InTheActivity_IsTheWorkers()
    {
        var deed = Deeds.Keep(async () => $"{await ActivityExecutionContext.Current.TemporalClient.Connection.CheckHealthAsync()}");
        Assert.Equal("True", await RunAsync(_ => Workflow.ExecuteActivityAsync(() => Deeds.DoAsync(deed), Deeds.Short)));
    }

    [Fact]
    public async Task Logger_InTheActivity_HasItsCategory()
    {
        var mark = $"mark {Guid.NewGuid():N}";
        var deed = Deeds.Keep(() =>
        {
            ActivityExecutionContext.Current.Logger.LogInformation("{Mark}", mark);
            return Task.FromResult("logged");
        });
        await RunAsync(_ => Workflow.ExecuteActivityAsync(() => Deeds.DoAsync(deed), Deeds.Short));
        Assert.Contains(Host.Log, l => l.Contains(mark, StringComparison.Ordinal) && l.Contains("Temporalio.Activity:Do", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Priority_OfTheCall_ReachesTheActivity()
    {
        var deed = Deeds.Keep(() => Task.FromResult($"{ActivityExecutionContext.Current.Info.Priority.PriorityKey} {ActivityExecutionContext.Current.Info.Priority.FairnessKey}"));
        Assert.Equal("2 tenant", await RunAsync(_ =>
        {
            var options = Deeds.Short;
            options.Priority = new(2, "tenant");
            return Workflow.ExecuteActivityAsync(() => Deeds.DoAsync(deed), options);
        }));
    }

    [Fact]
    public void Context_OutsideOfAnActivity_Throws()
    {
        Assert.False(ActivityExecutionContext.HasCurrent);
        Assert.Throws<InvalidOperationException>(() => ActivityExecutionContext.Current);
    }

    private static async Task<string> ConvertedAsync(Task<int> number) => $"{await number}";
}
