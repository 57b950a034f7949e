using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Activities;

/// <summary>Activities that a client ends.</summary>
public sealed class AsyncActivityTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Complete_ByToken_GivesTheResult()
    {
        var (handle, activity, _) = await BeginAsync();
        await activity.HeartbeatAsync(new() { Details = ["busy"] });
        await activity.CompleteAsync("from outside");
        Assert.Equal("from outside", await ResultAsync(handle));
    }

    [Fact]
    public async Task Complete_ById_GivesTheResult()
    {
        var (handle, _, info) = await BeginAsync();
        await Client.GetAsyncActivityHandle(info.WorkflowId!, info.WorkflowRunId!, info.ActivityId).CompleteAsync("by id");
        Assert.Equal("by id", await ResultAsync(handle));
    }

    [Fact]
    public async Task Fail_FromOutside_FailsTheCall()
    {
        var (handle, activity, _) = await BeginAsync();
        await activity.FailAsync(new ApplicationFailureException("outside says no", "Outside", nonRetryable: true));
        var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => ResultAsync(handle));
        Assert.Equal("Outside", Assert.IsType<ApplicationFailureException>(failed.InnerException!.InnerException).ErrorType);
    }

    [Fact]
    public async Task Heartbeat_AfterCancelRequest_ThrowsThatItIsCancelled()
    {
        var (handle, activity, _) = await BeginAsync(ActivityCancellationType.WaitCancellationCompleted);
        await handle.CancelAsync();
        await EventAsync(handle, e => e.ActivityTaskCancelRequestedEventAttributes is not null);
        await Assert.ThrowsAsync<AsyncActivityCanceledException>(() => activity.HeartbeatAsync());
        await activity.ReportCancellationAsync(new() { Details = ["stopped"] });
        Assert.IsType<CanceledFailureException>((await Assert.ThrowsAsync<WorkflowFailedException>(() => ResultAsync(handle))).InnerException);
    }

    [Fact]
    public async Task ReportCancellation_NobodyAsked_IsRefused()
    {
        var (handle, activity, _) = await BeginAsync();
        await Assert.ThrowsAsync<RpcException>(() => activity.ReportCancellationAsync());
        await activity.CompleteAsync("after all");
        Assert.Equal("after all", await ResultAsync(handle));
    }

    [Fact]
    public async Task Complete_Twice_IsNotFound()
    {
        var (handle, activity, _) = await BeginAsync();
        await activity.CompleteAsync("once");
        Assert.Equal(RpcException.StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => activity.CompleteAsync("twice"))).Code);
        Assert.Equal("once", await ResultAsync(handle));
    }

    [Fact]
    public async Task HeartbeatTimeout_NobodyBeats_TimesOut()
    {
        var deed = Deeds.Keep(() => throw new CompleteAsyncException());
        var failure = await FailsAsync<ActivityFailureException>(_ =>
        {
            var options = Deeds.Short;
            (options.HeartbeatTimeout, options.RetryPolicy) = (TimeSpan.FromMilliseconds(300), Deeds.Quick(1));
            return Workflow.ExecuteActivityAsync(() => Deeds.DoAsync(deed), options);
        });
        Assert.Equal(Temporalio.Api.Enums.V1.TimeoutType.Heartbeat, Assert.IsType<TimeoutFailureException>(failure.InnerException).TimeoutType);
    }

    private async Task<(WorkflowHandle<Script, string> Handle, AsyncActivityHandle Activity, ActivityInfo Info)> BeginAsync(
        ActivityCancellationType type = ActivityCancellationType.TryCancel)
    {
        var started = new TaskCompletionSource<ActivityInfo>();
        var deed = Deeds.Keep(() =>
        {
            started.TrySetResult(ActivityExecutionContext.Current.Info);
            throw new CompleteAsyncException();
        });
        var handle = await StartAsync(_ =>
        {
            var options = Deeds.Short;
            options.CancellationType = type;
            return Workflow.ExecuteActivityAsync(() => Deeds.DoAsync(deed), options);
        });
        var info = await started.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return (handle, Client.GetAsyncActivityHandle(info.TaskToken), info);
    }
}
