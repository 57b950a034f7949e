using Orchestrator.TestKit;
using Temporal.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.Frontend;

public sealed class WorkflowOptionsTests
{
    [Fact]
    public async Task PauseWorkflowExecution_HoldsTasksBack_AlsoOverARestart_AndUnpauseOffersThem()
    {
        using var folder = new TempDir();
        await using (var server = await TestServer.StartAsync(o => (o.DatabaseFile, o.WorkflowPause) = (folder.At("server.db"), true)))
        {
            await server.StartAsync("wf");
            await server.CompleteAsync(await server.PollWorkflowAsync(), [Commands.Activity("act")]);
            await server.CallAsync<PauseWorkflowExecutionRequest, PauseWorkflowExecutionResponse>(
                new() { Namespace = "default", WorkflowId = "wf", Reason = "why", RequestId = "p" });
            await server.SignalAsync("wf");
        }

        await using var again = await TestServer.StartAsync(o => (o.DatabaseFile, o.WorkflowPause) = (folder.At("server.db"), true));
        Assert.True((await again.PollWorkflowAsync(timeout: TimeSpan.FromSeconds(2.2))).TaskToken.IsEmpty);
        Assert.True((await again.PollActivityAsync(timeout: TimeSpan.FromSeconds(2.2))).TaskToken.IsEmpty);
        var described = await DescribeAsync(again, "wf");
        Assert.Equal(WorkflowExecutionStatus.Paused, described.WorkflowExecutionInfo.Status);

        await again.CallAsync<UnpauseWorkflowExecutionRequest, UnpauseWorkflowExecutionResponse>(new() { Namespace = "default", WorkflowId = "wf" });
        Assert.False((await again.PollActivityAsync()).TaskToken.IsEmpty);
        await again.CompleteAsync(await again.PollWorkflowAsync(), [Commands.Complete()]);
        Assert.Equal(EventType.WorkflowExecutionCompleted, (await again.ResultAsync("wf")).EventType);
    }

    [Fact]
    public async Task PauseWorkflowExecution_WhenNotAllowed_IsRefused()
    {
        await using var server = await TestServer.StartAsync();
        await server.StartAsync("wf");
        var error = await Assert.ThrowsAsync<GrpcException>(() => server.CallAsync<PauseWorkflowExecutionRequest, PauseWorkflowExecutionResponse>(
            new() { Namespace = "default", WorkflowId = "wf" }));
        Assert.Equal(GrpcStatusCode.Unimplemented, error.Code);
    }

    [Fact]
    public async Task UpdateWorkflowExecutionOptions_OfThePriority_WritesOneEventAndNoSecondOneForTheSame()
    {
        await using var server = await TestServer.StartAsync();
        await server.StartAsync("wf");
        for (var i = 0; i < 2; i++)
        {
            var answer = await server.CallAsync<UpdateWorkflowExecutionOptionsRequest, UpdateWorkflowExecutionOptionsResponse>(new()
            {
                Namespace = "default",
                WorkflowExecution = new() { WorkflowId = "wf" },
                WorkflowExecutionOptions = new() { Priority = new() { PriorityKey = 1 } },
                UpdateMask = new() { Paths = { "priority.priority_key" } },
            });
            Assert.Equal(1, answer.WorkflowExecutionOptions.Priority.PriorityKey);
        }

        Assert.Single(await server.HistoryAsync("wf"), e => e.EventType == EventType.WorkflowExecutionOptionsUpdated);
    }

    [Fact]
    public async Task ResetWorkflowExecution_OfAParent_HearsOfChildrenThatEndBeforeAndAfter()
    {
        using var folder = new TempDir();
        await using var server = await TestServer.StartAsync(o => o.DatabaseFile = folder.At("server.db"));
        var first = await server.StartAsync("parent");
        await server.CompleteAsync(await server.PollWorkflowAsync(), [Commands.Child("c1", queue: "c"), Commands.Child("c2", queue: "c")]);
        var history = await server.HistoryAsync("parent");
        while (history.Count(e => e.EventType == EventType.ChildWorkflowExecutionStarted) < 2 || history[^1].EventType != EventType.WorkflowTaskCompleted)
        {
            if (history.FindLastIndex(e => e.EventType == EventType.WorkflowTaskScheduled) > history.FindLastIndex(e => e.EventType == EventType.WorkflowTaskCompleted))
            {
                await server.CompleteAsync(await server.PollWorkflowAsync(), []);
            }

            history = await server.HistoryAsync("parent");
        }

        var cut = history[^1].EventId;
        await server.CompleteAsync(await server.PollWorkflowAsync("c"), [Commands.Complete()]);
        await server.CompleteAsync(await server.PollWorkflowAsync(), []);
        await server.CallAsync<ResetWorkflowExecutionRequest, ResetWorkflowExecutionResponse>(new()
        {
            Namespace = "default",
            WorkflowExecution = new() { WorkflowId = "parent" },
            WorkflowTaskFinishEventId = cut,
            RequestId = "reset",
            Reason = "again",
        });
        Assert.NotEmpty((await DescribeAsync(server, "parent", first)).WorkflowExtendedInfo.ResetRunId);
        await server.CompleteAsync(await server.PollWorkflowAsync("c"), [Commands.Complete()]);
        for (var tries = 0; history.Count(e => e.EventType == EventType.ChildWorkflowExecutionCompleted) < 2; tries++)
        {
            history = await server.HistoryAsync("parent");
            Assert.True(tries < 2000, string.Join('\n', history));
        }
    }

    [Fact]
    public async Task DescribeWorkflowExecution_OfAClosedRunThatWasReset_NamesTheNewOneAfterARestart()
    {
        using var folder = new TempDir();
        string run, reset;
        await using (var server = await TestServer.StartAsync(o => o.DatabaseFile = folder.At("server.db")))
        {
            run = await server.StartAsync("wf");
            await server.CompleteAsync(await server.PollWorkflowAsync(), [Commands.Complete()]);
            reset = (await server.CallAsync<ResetWorkflowExecutionRequest, ResetWorkflowExecutionResponse>(
                new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = "wf" }, WorkflowTaskFinishEventId = 4, RequestId = "r" })).RunId;
        }

        await using var again = await TestServer.StartAsync(o => o.DatabaseFile = folder.At("server.db"));
        Assert.Equal(reset, (await DescribeAsync(again, "wf", run)).WorkflowExtendedInfo.ResetRunId);
    }

    private static Task<DescribeWorkflowExecutionResponse> DescribeAsync(TestServer server, string workflowId, string runId = "") =>
        server.CallAsync<DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse>(
            new() { Namespace = "default", Execution = new() { WorkflowId = workflowId, RunId = runId } });
}
