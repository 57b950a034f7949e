using Google.Protobuf.WellKnownTypes;
using Temporalio.Activities;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;
using Temporalio.Tests.Fakes;

namespace Temporalio.Tests.Worker;

public sealed class ActivityHeartbeatTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Heartbeat_Many_FirstAtOnceThenNewestPerInterval()
    {
        var context = new TaskCompletionSource<ActivityExecutionContext>();
        var end = new TaskCompletionSource();
        await using var worker = new RunningActivityWorker(null, [Activity("beat")] () =>
        {
            context.SetResult(ActivityExecutionContext.Current);
            return end.Task;
        });
        worker.Service.Offer(WithHeartbeat("beat"));
        var activity = await context.Task.InTimeAsync();

        activity.Heartbeat(1);
        await Eventually.UntilAsync(() => worker.Service.Heartbeats.Count == 1, "the first heartbeat");
        activity.Heartbeat(2);
        activity.Heartbeat(3);
        await Eventually.UntilAsync(() => worker.Time.Armed.Contains(TimeSpan.FromSeconds(8)), "the pump waits for 0.8 of the timeout");
        worker.Time.Advance(TimeSpan.FromSeconds(7.9));
        Assert.Single(worker.Service.Heartbeats);
        worker.Time.Advance(TimeSpan.FromSeconds(0.1));
        await Eventually.UntilAsync(() => worker.Service.Heartbeats.Count == 2, "the second heartbeat");

        Assert.Equal(["1", "3"], worker.Service.Heartbeats.Select(h => h.Details.Payloads_.Single().Data.ToStringUtf8()));
        end.SetResult();
        await worker.Service.OutcomeAsync<RespondActivityTaskCompletedRequest>();
    }

    [Fact]
    public async Task Heartbeat_Unsent_RidesOnTheFailure()
    {
        Func<int>? sent = null;
        await using var worker = new RunningActivityWorker(null, [Activity("beat")] async Task () =>
        {
            ActivityExecutionContext.Current.Heartbeat("first");
            await Eventually.UntilAsync(() => sent!() == 1, "the first heartbeat is sent");
            ActivityExecutionContext.Current.Heartbeat("last");
            throw new InvalidOperationException("x");
        });
        sent = () => worker.Service.Heartbeats.Count;
        worker.Service.Offer(WithHeartbeat("beat"));

        var outcome = await worker.Service.OutcomeAsync<RespondActivityTaskFailedRequest>();

        Assert.Equal("\"last\"", outcome.LastHeartbeatDetails.Payloads_.Single().Data.ToStringUtf8());
    }

    [Theory]
    [InlineData(true, false, false, ActivityCancelReason.CancelRequested)]
    [InlineData(true, true, true, ActivityCancelReason.CancelRequested)]
    [InlineData(false, true, true, ActivityCancelReason.Reset)]
    [InlineData(false, true, false, ActivityCancelReason.Paused)]
    public async Task Heartbeat_AnswerAsksToEnd_CancelsWithTheStrongestReason(bool cancel, bool paused, bool reset, ActivityCancelReason expected)
    {
        ActivityCancelReason seen = default;
        ActivityCancellationDetails? details = null;
        await using var worker = new RunningActivityWorker(
            s => s.Service.OnHeartbeat = () => new() { CancelRequested = cancel, ActivityPaused = paused, ActivityReset = reset },
            [Activity("beat")] async () =>
            {
                var context = ActivityExecutionContext.Current;
                context.Heartbeat();
                try
                {
                    await Task.Delay(-1, context.CancellationToken);
                }
                finally
                {
                    (seen, details) = (context.CancelReason, context.CancellationDetails);
                }
            });
        worker.Service.Offer(WithHeartbeat("beat"));

        if (expected == ActivityCancelReason.CancelRequested)
        {
            await worker.Service.OutcomeAsync<RespondActivityTaskCanceledRequest>();
        }
        else
        {
            var failure = (await worker.Service.OutcomeAsync<RespondActivityTaskFailedRequest>()).Failure;
            Assert.Equal(expected == ActivityCancelReason.Reset ? "ActivityReset" : "ActivityPause", failure.ApplicationFailureInfo.Type);
        }

        Assert.Equal(expected, seen);
        Assert.Equal((cancel, paused, reset), (details!.IsCancelRequested, details.IsPaused, details.IsReset));
    }

    [Fact]
    public async Task Heartbeat_ActivityGone_CancelsAndReportsNothing()
    {
        var ended = new TaskCompletionSource<ActivityCancelReason>();
        await using var worker = new RunningActivityWorker(
            s => s.Service.OnHeartbeat = () => throw new RpcException(RpcException.StatusCode.NotFound, "gone", null),
            [Activity("beat")] async () =>
            {
                var context = ActivityExecutionContext.Current;
                context.Heartbeat();
                await Task.Delay(-1, context.CancellationToken).ContinueWith(_ => ended.SetResult(context.CancelReason), TaskScheduler.Default);
            });
        worker.Service.Offer(WithHeartbeat("beat"));

        Assert.Equal(ActivityCancelReason.GoneFromServer, await ended.Task.InTimeAsync());
        await worker.StopAsync();
        Assert.False(worker.Service.Reported);
    }

    [Fact]
    public async Task Heartbeat_CannotBeEncoded_CancelsAndFailsWithTheReason()
    {
        await using var worker = new RunningActivityWorker(null, [Activity("beat")] async () =>
        {
            ActivityExecutionContext.Current.Heartbeat(typeof(string));
            await Task.Delay(-1, ActivityExecutionContext.Current.CancellationToken);
        });
        worker.Service.Offer(WithHeartbeat("beat"));

        Assert.Equal("NotSupportedException", (await worker.Service.OutcomeAsync<RespondActivityTaskFailedRequest>()).Failure.ApplicationFailureInfo.Type);
    }

    [Fact]
    public async Task Cancellation_NotAskedFor_IsAnOrdinaryFailure()
    {
        await using var worker = new RunningActivityWorker(null, [Activity("stop")] Task () => throw new OperationCanceledException("mine"));
        worker.Service.Offer(WithHeartbeat("stop"));

        Assert.Equal("OperationCanceledException", (await worker.Service.OutcomeAsync<RespondActivityTaskFailedRequest>()).Failure.ApplicationFailureInfo.Type);
    }

    [Fact]
    public async Task Timeouts_NoHeartbeatArrives_CancelLocallyAfterABuffer()
    {
        await using var worker = new RunningActivityWorker(null, [Activity("wait")] async () =>
        {
            var context = ActivityExecutionContext.Current;
            await Task.Delay(-1, context.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
            return context.CancelReason.ToString();
        });
        worker.Service.Offer(WithHeartbeat("wait"));
        await Eventually.UntilAsync(() => worker.Time.Armed.Contains(Timeout + TimeSpan.FromSeconds(5)), "the heartbeat timer");

        worker.Time.Advance(Timeout + TimeSpan.FromSeconds(5));

        Assert.Equal("\"Timeout\"", (await worker.Service.OutcomeAsync<RespondActivityTaskCompletedRequest>()).Result.Payloads_[0].Data.ToStringUtf8());
    }

    [Fact]
    public async Task Shutdown_WithinGrace_TellsFirstAndCancelsLater()
    {
        var started = new TaskCompletionSource();
        var told = new TaskCompletionSource<ActivityCancelReason>();
        await using var worker = new RunningActivityWorker(s => s.Grace = TimeSpan.FromMinutes(1), [Activity("wait")] async () =>
        {
            var context = ActivityExecutionContext.Current;
            started.SetResult();
            await Task.Delay(-1, context.WorkerShutdownToken).ContinueWith(_ => told.SetResult(context.CancelReason), TaskScheduler.Default);
            await Task.Delay(-1, context.CancellationToken);
        });
        worker.Service.Offer(FakeActivityService.Task("wait"));
        await started.Task.InTimeAsync();

        var stop = worker.StopAsync();
        Assert.Equal(ActivityCancelReason.None, await told.Task.InTimeAsync());
        Assert.False(worker.Service.Reported);
        await Eventually.UntilAsync(() => worker.Time.Armed.Contains(TimeSpan.FromMinutes(1)), "the grace period");
        worker.Time.Advance(TimeSpan.FromMinutes(1));
        await stop;

        var failure = (await worker.Service.OutcomeAsync<RespondActivityTaskFailedRequest>()).Failure;
        Assert.Equal(("WorkerShutdown", false), (failure.ApplicationFailureInfo.Type, failure.ApplicationFailureInfo.NonRetryable));
    }

    private static PollActivityTaskQueueResponse WithHeartbeat(string type)
    {
        var task = FakeActivityService.Task(type);
        task.HeartbeatTimeout = Duration.FromTimeSpan(Timeout);
        return task;
    }
}
