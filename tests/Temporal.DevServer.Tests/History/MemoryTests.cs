using Orchestrator.TestKit;
using Temporal.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.History;

/// <summary>Runs leave memory and come back; closed ones leave for good when their time is over.</summary>
public sealed class MemoryTests
{
    [Fact]
    public async Task RunsInMemory_OfOne_ChangesNothingOfWhatRunsDo()
    {
        await using var server = await TestServer.StartAsync(o => o.RunsInMemory = 1);
        const int Runs = 25;
        for (var i = 0; i < Runs; i++)
        {
            await server.StartAsync($"run-{i}");
        }

        for (var i = 0; i < Runs; i++)
        {
            var task = await server.PollWorkflowAsync();
            await server.CompleteAsync(task, [Commands.Activity("1"), Commands.Timer("t", TimeSpan.FromMilliseconds(200))]);
        }

        for (var i = 0; i < Runs; i++)
        {
            await server.SignalAsync($"run-{i}");
            await server.CompleteActivityAsync(await server.PollActivityAsync(), "ok");
        }

        var closed = new HashSet<string>();
        while (closed.Count < Runs)
        {
            var task = await server.PollWorkflowAsync();
            var events = await server.HistoryAsync(task.WorkflowExecution.WorkflowId);
            var ready = events.Exists(e => e.EventType == EventType.TimerFired) && events.Exists(e => e.EventType == EventType.ActivityTaskCompleted);
            try
            {
                await server.CompleteAsync(task, ready ? [Commands.Complete()] : []);
                closed.UnionWith(ready ? [task.WorkflowExecution.WorkflowId] : []);
            }
            catch (GrpcException e) when (e.Code == GrpcStatusCode.InvalidArgument)
            {
                Assert.Contains("UnhandledCommand", e.Message, StringComparison.Ordinal); // something arrived meanwhile
            }
        }

        for (var i = 0; i < Runs; i++)
        {
            var history = await server.HistoryAsync($"run-{i}");
            Assert.Equal(Enumerable.Range(1, history.Count).Select(n => (long)n), history.Select(e => e.EventId));
            Assert.Single(history, e => e.EventType == EventType.WorkflowExecutionSignaled);
            Assert.Single(history, e => e.EventType == EventType.ActivityTaskCompleted);
            Assert.Single(history, e => e.EventType == EventType.TimerFired);
        }
    }

    [Fact]
    public async Task Retention_WhenItIsOver_TakesClosedRunsAndLeavesOpenOnes()
    {
        using var dir = new TempDir();
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(o => (o.TimeProvider, o.DatabaseFile) = (time, dir.At("temporal.db")));
        await server.StartAsync("closed");
        await server.CompleteAsync(await server.PollWorkflowAsync(), [Commands.Complete()]);
        await server.StartAsync("open");

        time.Advance(TimeSpan.FromHours(23));
        Assert.NotEmpty(await server.HistoryAsync("closed"));
        time.Advance(TimeSpan.FromHours(2));

        await GoneAsync(server, "closed");
        Assert.NotEmpty(await server.HistoryAsync("open"));
        ListWorkflowExecutionsResponse list;
        do
        {
            list = await server.CallAsync<ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse>(new() { Namespace = "default" });
        }
        while (list.Executions.Any(e => e.Execution.WorkflowId == "closed")); // the list follows at once, not at the same moment
        Assert.Equal("open", Assert.Single(list.Executions).Execution.WorkflowId);
    }

    /// <summary>The sweep runs beside the clock: it is over soon after.</summary>
    private static async Task GoneAsync(TestServer server, string workflowId)
    {
        for (var i = 0; i < 500; i++)
        {
            try
            {
                await server.HistoryAsync(workflowId);
            }
            catch (GrpcException e)
            {
                Assert.Equal(GrpcStatusCode.NotFound, e.Code);
                return;
            }

            await Task.Delay(10, CancellationToken.None);
        }

        throw new TimeoutException($"'{workflowId}' is still there.");
    }
}
