using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.Frontend;

public sealed class HelloWorldTests
{
    [Fact]
    public async Task OneActivity_RunsToTheEnd_WithARealServersHistory()
    {
        await using var server = await TestServer.StartAsync();
        var runId = await server.StartAsync("hello");

        var first = await server.PollWorkflowAsync();
        Assert.Equal(3, first.History.Events.Count);
        Assert.Equal(3, first.StartedEventId);
        await server.CompleteAsync(first, [Commands.Activity("1")]);
        var activity = await server.PollActivityAsync();
        Assert.Equal("1", activity.ActivityId);
        await server.CompleteActivityAsync(activity, "hi");
        var second = await server.PollWorkflowAsync();
        await server.CompleteAsync(second, [Commands.Complete()]);

        var close = await server.ResultAsync("hello", runId);
        Assert.Equal(EventType.WorkflowExecutionCompleted, close.EventType);
        EventType[] expected =
        [
            EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted, EventType.WorkflowTaskCompleted,
            EventType.ActivityTaskScheduled, EventType.ActivityTaskStarted, EventType.ActivityTaskCompleted, EventType.WorkflowTaskScheduled,
            EventType.WorkflowTaskStarted, EventType.WorkflowTaskCompleted, EventType.WorkflowExecutionCompleted,
        ];
        var history = await server.HistoryAsync("hello");
        Assert.Equal(expected, history.Select(e => e.EventType));
        Assert.Equal(Enumerable.Range(1, 11).Select(i => (long)i), history.Select(e => e.EventId));
        Assert.Equal(6, history[6].ActivityTaskCompletedEventAttributes.StartedEventId);
    }

    [Fact]
    public async Task Poll_WithNothingToDo_EndsEmptyBeforeTheDeadline()
    {
        await using var server = await TestServer.StartAsync();

        var task = await server.PollWorkflowAsync(timeout: TimeSpan.FromSeconds(3));

        Assert.Equal(new PollWorkflowTaskQueueResponse(), task);
    }
}
