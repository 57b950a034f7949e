using Google.Protobuf.WellKnownTypes;
using Orchestrator.TestKit;
using Temporal.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.Frontend;

public sealed class ActivityControlTests
{
    [Fact]
    public async Task PauseActivity_OfAWaitingOne_HoldsItBackUntilItIsUnpaused_AlsoOverARestart()
    {
        using var folder = new TempDir();
        var file = folder.At("server.db");
        await using (var server = await TestServer.StartAsync(o => o.DatabaseFile = file))
        {
            await ScheduleAsync(server);
            await server.CallAsync<PauseActivityRequest, PauseActivityResponse>(
                new() { Namespace = "default", Execution = new() { WorkflowId = "wf" }, Id = "act", Reason = "why", Identity = "me" });
        }

        await using var again = await TestServer.StartAsync(o => o.DatabaseFile = file);
        var paused = await PendingAsync(again);
        Assert.Equal(PendingActivityState.Paused, paused.State);
        Assert.Equal("why", paused.PauseInfo.Manual.Reason);
        Assert.Empty((await again.PollActivityAsync(timeout: TimeSpan.FromSeconds(2.2))).ActivityId);

        await again.CallAsync<UnpauseActivityExecutionRequest, UnpauseActivityExecutionResponse>(
            new() { Namespace = "default", WorkflowId = "wf", ActivityId = "act" });
        Assert.Equal("act", (await again.PollActivityAsync()).ActivityId);
    }

    [Fact]
    public async Task PauseActivity_OfARunningOne_LetsItFail_WithoutAnotherAttempt()
    {
        await using var server = await TestServer.StartAsync();
        await ScheduleAsync(server);
        var task = await server.PollActivityAsync();
        await server.CallAsync<PauseActivityRequest, PauseActivityResponse>(
            new() { Namespace = "default", Execution = new() { WorkflowId = "wf" }, Type = "Act" });
        var beat = await server.CallAsync<RecordActivityTaskHeartbeatRequest, RecordActivityTaskHeartbeatResponse>(
            new() { Namespace = "default", TaskToken = task.TaskToken, Details = Commands.Json("half") });
        Assert.True(beat.ActivityPaused);
        await FailAsync(server, task);
        var waiting = await PendingAsync(server);
        Assert.Equal(PendingActivityState.Paused, waiting.State);
        Assert.Equal(2, waiting.Attempt);
        Assert.Null(waiting.NextAttemptScheduleTime);

        await server.CallAsync<UnpauseActivityRequest, UnpauseActivityResponse>(
            new() { Namespace = "default", Execution = new() { WorkflowId = "wf" }, UnpauseAll = true, ResetAttempts = true, ResetHeartbeat = true });
        var next = await server.PollActivityAsync();
        Assert.Equal(1, next.Attempt);
        Assert.Null(next.HeartbeatDetails);
    }

    [Fact]
    public async Task ResetActivity_InBackoff_BeginsAnewAtOnce()
    {
        await using var server = await TestServer.StartAsync();
        await ScheduleAsync(server, TimeSpan.FromHours(1));
        await FailAsync(server, await server.PollActivityAsync());
        await server.CallAsync<ResetActivityRequest, ResetActivityResponse>(
            new() { Namespace = "default", Execution = new() { WorkflowId = "wf" }, MatchAll = true });
        Assert.Equal(1, (await server.PollActivityAsync()).Attempt);
    }

    [Fact]
    public async Task UpdateActivityOptions_OfTheQueueAndTheInterval_MovesTheNextAttempt()
    {
        await using var server = await TestServer.StartAsync();
        await ScheduleAsync(server, TimeSpan.FromHours(1));
        await FailAsync(server, await server.PollActivityAsync());
        var answer = await server.CallAsync<UpdateActivityOptionsRequest, UpdateActivityOptionsResponse>(new()
        {
            Namespace = "default",
            Execution = new() { WorkflowId = "wf" },
            Id = "act",
            ActivityOptions = new()
            {
                TaskQueue = new() { Name = "other" },
                RetryPolicy = new() { InitialInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)) },
            },
            UpdateMask = new() { Paths = { "task_queue.name", "retryPolicy.initialInterval" } },
        });
        Assert.Equal("other", answer.ActivityOptions.TaskQueue.Name);
        Assert.Equal(2, (await server.PollActivityAsync("other")).Attempt);

        var error = await Assert.ThrowsAsync<GrpcException>(() => server.CallAsync<UpdateActivityOptionsRequest, UpdateActivityOptionsResponse>(new()
        {
            Namespace = "default",
            Execution = new() { WorkflowId = "wf" },
            Id = "act",
            ActivityOptions = new() { RetryPolicy = new() { MaximumAttempts = -1 } },
            UpdateMask = new() { Paths = { "retry_policy.maximum_attempts" } },
        }));
        Assert.Equal(GrpcStatusCode.InvalidArgument, error.Code);
    }

    private static async Task ScheduleAsync(TestServer server, TimeSpan? interval = null)
    {
        await server.StartAsync("wf");
        var task = await server.PollWorkflowAsync();
        await server.CompleteAsync(task, [Commands.Activity("act", retry: interval is { } i ? new() { InitialInterval = Duration.FromTimeSpan(i) } : null)]);
    }

    private static Task FailAsync(TestServer server, PollActivityTaskQueueResponse task) =>
        server.CallAsync<RespondActivityTaskFailedRequest, RespondActivityTaskFailedResponse>(new()
        {
            Namespace = "default",
            TaskToken = task.TaskToken,
            Failure = new() { Message = "no", ApplicationFailureInfo = new() { Type = "T" } },
        });

    private static async Task<PendingActivityInfo> PendingAsync(TestServer server) => Assert.Single(
        (await server.CallAsync<DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse>(
            new() { Namespace = "default", Execution = new() { WorkflowId = "wf" } })).PendingActivities);
}
