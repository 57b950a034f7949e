using System.Text.Json.Nodes;
using Google.Protobuf;
using Orchestrator.TestKit;
using Temporal.DevServer.History;
using Temporal.DevServer.Matching;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;
using HistoryMessage = Temporalio.Api.History.V1.History;

namespace Temporal.DevServer.Tests.History;

public sealed class RebuildTests
{
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Random steps of a run: after each one, history plus records give the live state again.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Rebuild_AfterEveryRandomStep_EqualsTheLiveState(int group)
    {
        for (var seed = group * 1000; seed < (group * 1000) + 60; seed++)
        {
            new RandomRun(seed).Run(80);
        }
    }

    /// <summary>Every history that a real server wrote can be taken in, and ends in the state that its last event says.</summary>
    [Fact]
    public void Apply_OfEveryGoldenHistory_EndsAsTheHistoryDoes()
    {
        var folder = TestPaths.Shared("golden", "histories");
        var parser = new JsonParser(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
        var files = Directory.GetFiles(folder, "*.history.json");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var history = parser.Parse<HistoryMessage>(File.ReadAllText(file));
            var state = RunRecords.Rebuild(Empty(), history.Events, record: null, []);

            var closed = history.Events[^1].EventType is EventType.WorkflowExecutionCompleted or EventType.WorkflowExecutionFailed or
                EventType.WorkflowExecutionCanceled or EventType.WorkflowExecutionTerminated or EventType.WorkflowExecutionTimedOut or
                EventType.WorkflowExecutionContinuedAsNew;
            Assert.True(closed == !state.IsRunning, $"{Path.GetFileName(file)} ends with {history.Events[^1].EventType}, the state says {state.Status}");
            Assert.Equal(history.Events[^1].EventId, state.LastEventId);
        }
    }

    /// <summary>Every recorded history, taken in event by event: at each one the state is that of a run rebuilt from what there is so far.</summary>
    [Fact]
    public void Rebuild_AfterEveryEventOfEveryGoldenHistory_EqualsTheStateThatWentOn()
    {
        var parser = new JsonParser(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
        foreach (var file in Directory.GetFiles(TestPaths.Shared("golden", "histories"), "*.history.json"))
        {
            var events = parser.Parse<HistoryMessage>(File.ReadAllText(file)).Events;
            var live = Empty();
            for (var n = 1; n <= events.Count; n++)
            {
                live = live.Clone(); // as each step of the server begins
                live.Apply(events[n - 1]);
                live.NextEventId = n + 1;
                live.HistorySizeBytes += events[n - 1].CalculateSize();
                var rebuilt = RunRecords.Rebuild(Empty(), events.Take(n).Select(e => e.Clone()), record: null, []);
                Assert.True(RandomRun.Describe(live) == RandomRun.Describe(rebuilt), $"{Path.GetFileName(file)} at event {n}");
            }
        }
    }

    private static RunState Empty() => new() { NamespaceId = "ns", Namespace = "default", WorkflowId = "wf", RunId = "run" };

    /// <summary>A run that a seeded chance drives: worker, clients and clock.</summary>
    private sealed class RandomRun(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<HistoryEvent> _events = [];
        private RunState _state = Empty();
        private DateTime _now = Start;
        private int _id;

        public void Run(int steps)
        {
            var begun = RunTransition.Begin("ns", "default", "wf", new StartSpec
            {
                RunId = "run",
                RequestId = "start",
                Attributes = new()
                {
                    WorkflowType = new() { Name = "Wf" },
                    TaskQueue = new() { Name = "tq" },
                    WorkflowTaskTimeout = Durations.Wire(TimeSpan.FromSeconds(10)),
                    FirstWorkflowTaskBackoff = Durations.Wire(_random.Next(3) == 0 ? TimeSpan.FromSeconds(2) : TimeSpan.Zero),
                    FirstExecutionRunId = "run",
                    Attempt = 1,
                },
            }, _now, new ServerLimits(), 1);
            Take(begun, "start");
            for (var i = 0; i < steps && _state.IsRunning; i++)
            {
                _now += TimeSpan.FromMilliseconds(_random.Next(1, 1500));
                var transition = new RunTransition(_state.Clone(), _now, new ServerLimits());
                var what = Step(transition);
                Take(transition, what);
            }
        }

        private string Step(RunTransition t)
        {
            switch (_random.Next(10))
            {
                case 0:
                    t.Signal(new SignalSpec("s", null, "client", null, $"r{_random.Next(30)}"));
                    return "signal";
                case 1:
                    t.RequestCancel(new() { Identity = "client" });
                    return "cancel";
                case 2 when t.State.WorkflowTask is { IsStarted: false } task:
                    t.StartWorkflowTask(task.ScheduledEventId, task.Attempt, "poll", "worker", "build", fromSticky: task.IsSticky);
                    return "start task";
                case 3 or 4 when t.State.WorkflowTask is { IsStarted: true }:
                    t.CompleteWorkflowTask(Completion(), Context);
                    return "complete task";
                case 5 when t.State.WorkflowTask is { IsStarted: true }:
                    t.FailWorkflowTask(WorkflowTaskFailedCause.WorkflowWorkerUnhandledFailure, new() { Message = "bug" }, "worker");
                    return "fail task";
                case 6 when t.State.Activities.Values.FirstOrDefault(a => !a.IsStarted && a.NextAttemptTime is null) is { } waiting:
                    t.StartActivity(
                        new() { Kind = QueueTaskKind.Activity, NamespaceId = "ns", WorkflowId = "wf", RunId = "run", Queue = "tq", ScheduledEventId = waiting.ScheduledEventId, Attempt = waiting.Attempt, Stamp = waiting.Stamp },
                        "poll", "worker", "");
                    return "start activity";
                case 7 when t.State.Activities.Values.FirstOrDefault(a => a.IsStarted) is { } running:
                    EndActivity(t, running);
                    return "end activity";
                case 8 when t.State.Activities.Count > 0:
                    return Control(t);
                default:
                    t.FireTimers();
                    return "timers";
            }
        }

        private string Control(RunTransition t)
        {
            var all = ActivitySelector.All;
            switch (_random.Next(4))
            {
                case 0:
                    t.PauseActivities(all, new(_now, "operator", "why", "same"));
                    return "pause";
                case 1:
                    t.UnpauseActivities(all, _random.Next(2) == 0, _random.Next(2) == 0, TimeSpan.FromSeconds(_random.Next(2)));
                    return "unpause";
                case 2:
                    t.ResetActivities(all, _random.Next(2) == 0, _random.Next(2) == 0, _random.Next(2) == 0, TimeSpan.Zero);
                    return "reset activities";
                default:
                    t.ChangeActivityOptions(
                        all, new() { HeartbeatTimeout = Durations.Wire(TimeSpan.FromSeconds(1)) }, ["heartbeatTimeout"], restore: _random.Next(3) == 0);
                    return "change options";
            }
        }

        private void EndActivity(RunTransition t, PendingActivity running)
        {
            switch (_random.Next(3))
            {
                case 0:
                    t.CompleteActivity(running, null, "worker", null);
                    break;
                case 1:
                    t.FailActivity(running, new() { Message = "no", ApplicationFailureInfo = new() { Type = "T" } }, "worker", null);
                    break;
                default:
                    t.Heartbeat(running, Tests.Commands.Json("beat"));
                    break;
            }
        }

        private RespondWorkflowTaskCompletedRequest Completion()
        {
            var request = new RespondWorkflowTaskCompletedRequest { Identity = "worker", ForceCreateNewWorkflowTask = _random.Next(4) == 0 };
            if (_random.Next(2) == 0)
            {
                request.StickyAttributes = new() { WorkerTaskQueue = new() { Name = "sticky" }, ScheduleToStartTimeout = Durations.Wire(TimeSpan.FromSeconds(5)) };
            }

            for (var i = _random.Next(3); i > 0; i--)
            {
                request.Commands.Add(_random.Next(3) switch
                {
                    0 => Tests.Commands.Timer($"t{_id++}", TimeSpan.FromSeconds(_random.Next(1, 4))),
                    1 => Tests.Commands.Activity($"a{_id++}", startToClose: TimeSpan.FromSeconds(2)),
                    _ => Tests.Commands.Child($"c{_id++}"),
                });
            }

            return request;
        }

        private static CommandContext Context => new()
        {
            NamespaceId = _ => "ns",
            SearchAttributes = new([]),
            Identity = "worker",
        };

        private void Take(RunTransition transition, string what)
        {
            _events.AddRange(transition.Events.Select(e => e.Clone()));
            _state = transition.State;
            Assert.Equal(Enumerable.Range(1, _events.Count).Select(n => (long)n), _events.Select(e => e.EventId));
            var activities = _state.Activities.Values.Select(a => (a.ScheduledEventId, RunRecords.ToRecord(a)));
            var record = _state.IsRunning ? RunRecords.ToRecord(_state).Clone() : null;
            var rebuilt = RunRecords.Rebuild(Empty(), _events, record, activities);
            Assert.True(
                Describe(_state) == Describe(rebuilt),
                $"Seed {seed}, after '{what}' at event {_state.LastEventId}:\nlive    {Describe(_state)}\nrebuilt {Describe(rebuilt)}");
        }

        public static string Describe(RunState s) => string.Join('\n',
            $"{s.Status} next {s.NextEventId} size {s.HistorySizeBytes} cancel {s.CancelRequested} signals {s.SignalCount}/{string.Join(',', s.SignalRequestIds.Order(StringComparer.Ordinal))}",
            $"task {s.WorkflowTask} attempt {s.WorkflowTaskAttempt} failures {s.WorkflowTaskFailures} sticky {s.StickyQueue} {s.StickyTimeout} last {s.LastCompletedTaskStartedId} backing off {s.BackingOff}",
            $"activities {string.Join(';', s.Activities.Values.Select(a => a.ToString()))}",
            $"timers {string.Join(';', s.Timers)} user {string.Join(';', s.UserTimers.Values.OrderBy(t => t.StartedEventId))}",
            $"children {string.Join(';', s.Children.Values)} buffered {string.Join(';', s.Buffered)}");
    }
}
