using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Temporalio.Tests.Replay;

/// <summary>A history that was changed in one place is caught, with a message that names the place.</summary>
public sealed class MutatedHistoryTests
{
    [Fact]
    public async Task Replay_UnchangedHistory_IsClean() => Assert.Null(await FailureOfAsync(History()));

    [Fact]
    public async Task Replay_CommandRemoved_NamesTheCommandAndTheEvent()
    {
        var events = History();
        events.RemoveAll(e => e.EventType == EventType.TimerStarted);
        var failure = await FailureOfAsync(Renumber(events));

        Assert.IsType<WorkflowNondeterminismException>(failure);
        Assert.Contains("StartTimer (timer '1')", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Help:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_LastCommandRemoved_IsCaught()
    {
        var events = History();
        events.RemoveAt(events.Count - 1);

        Assert.Contains("history ends", (await FailureOfAsync(events))!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_EventMissing_NamesTheGap()
    {
        var events = History();
        events.RemoveAll(e => e.EventType == EventType.TimerStarted);

        Assert.Contains("expected event id 5, seen 6", (await FailureOfAsync(events))!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_CommandsSwapped_NamesBoth()
    {
        var events = History();
        var timer = events.FindIndex(e => e.EventType == EventType.TimerStarted);
        (events[timer], events[timer + 1]) = (events[timer + 1], events[timer]);
        var failure = await FailureOfAsync(Renumber(events));

        Assert.IsType<WorkflowNondeterminismException>(failure);
        Assert.Contains("ActivityTaskScheduled (activity 'Echo' with id '1')", failure.Message, StringComparison.Ordinal);
        Assert.Contains("StartTimer (timer '1')", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_ActivityRenamed_NamesBothTypes()
    {
        var events = History();
        events.First(e => e.EventType == EventType.ActivityTaskScheduled).ActivityTaskScheduledEventAttributes.ActivityType.Name = "Other";
        var failure = await FailureOfAsync(events);

        Assert.IsType<WorkflowNondeterminismException>(failure);
        Assert.Contains("activity type 'Other', but the code asked for activity type 'Echo'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_ResultOfAnUnknownActivity_NamesTheInitiator()
    {
        var events = History();
        events.First(e => e.EventType == EventType.ActivityTaskCompleted).ActivityTaskCompletedEventAttributes.ScheduledEventId = 99;

        Assert.Contains("belongs to event 99", (await FailureOfAsync(events))!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_ArgumentOfAnotherType_FailsTheTaskNamingTheParameter()
    {
        var events = History();
        var input = events[0].WorkflowExecutionStartedEventAttributes.Input;
        input.Payloads_[0] = Temporalio.Converters.DataConverter.Default.PayloadConverter.ToPayload("not a number");
        var failure = await FailureOfAsync(events);

        Assert.IsAssignableFrom<InvalidWorkflowOperationException>(failure);
        Assert.Contains("parameter 'n'", failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_EventsAfterTheEnd_AreCaught()
    {
        var events = new HistoryBuilder("Small", 1).Task().Timer(1, out var t).Activity(1, "Echo", out var a).Fired(1, t).Completed(a, 1).Task().End().Signal("x").Events;

        Assert.Contains("closed by the event before", (await FailureOfAsync([.. events]))!.Message, StringComparison.Ordinal);
    }

    private static List<HistoryEvent> History() =>
        [.. new HistoryBuilder("Small", 1).Task().Timer(1, out var t).Activity(1, "Echo", out var a).Fired(1, t).Completed(a, 1).Task().End().Events];

    private static List<HistoryEvent> Renumber(List<HistoryEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            events[i].EventId = i + 1;
        }

        return events;
    }

    private static async Task<Exception?> FailureOfAsync(IReadOnlyCollection<HistoryEvent> events) =>
        (await new WorkflowReplayer(new WorkflowReplayerOptions { DebugMode = true }.AddWorkflow<Small>())
            .ReplayWorkflowAsync(new WorkflowHistory("wf", events), throwOnReplayFailure: false)).ReplayFailure;

    [Workflow]
    public sealed class Small
    {
        [WorkflowRun]
        public async Task RunAsync(int n)
        {
            var timer = Workflow.DelayAsync(n * 1000);
            var activity = Workflow.ExecuteActivityAsync<int>("Echo", [n], new() { StartToCloseTimeout = TimeSpan.FromSeconds(1) });
            await Workflow.WhenAllAsync(timer, activity);
        }
    }
}
