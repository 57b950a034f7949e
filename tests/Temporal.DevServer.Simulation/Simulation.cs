using System.Security.Cryptography;
using System.Text;
using Orchestrator.TestKit;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.History;
using Temporal.DevServer.Matching;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Tests;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Simulation;

/// <summary>
/// Clients, workers, disk and clock around the real history, matching, timers and storage, all driven by one seed on one thread. Between any
/// two actions everything that can go on has gone on. Faults: crashes before and after a step is durable, lost answers that are asked again,
/// workers that vanish with their task, polls that are given up, a clock that jumps.
/// </summary>
public sealed class Simulation(int seed)
{
    private const int WorkflowIds = 4;
    private static readonly PollerIdentity Poller = new("worker", "instance");

    private readonly Random _random = new(seed);
    private readonly ManualTime _time = new();
    private readonly Acknowledged _acknowledged = new();
    private readonly List<Func<bool>> _inFlight = [];
    private readonly List<Action> _retries = [];
    private readonly List<CancellationTokenSource> _polls = [];
    private readonly List<PollWorkflowTaskQueueResponse> _tasks = [];
    private readonly List<PollActivityTaskQueueResponse> _activities = [];
    private readonly Worker _worker = new(new Random(seed + 1));
    private readonly ErrorLog _storeLog = new();
    private SqliteStore _durable = null!;
    private SimulatedServer _server = null!;
    private bool _faults = true;
    private int _actions;
    private int _crashes;
    private string? _broken;

    /// <summary>Runs the seed: so many actions with faults, then without until every run has ended.</summary>
    public async Task<Outcome> RunAsync(int steps, TextWriter? trace = null)
    {
        _durable = new SqliteStore(file: null, _storeLog);
        await using var store = _durable;
        await StartServerAsync();
        var histories = new Dictionary<string, (string WorkflowId, List<HistoryEvent> Events)>(StringComparer.Ordinal);
        try
        {
            for (var i = 0; i < steps && _broken is null; i++)
            {
                await ActAsync();
                await SettleAsync();
            }

            if (_broken is null)
            {
                histories = await EndAsync();
                _broken ??= histories.Select(h => Invariants.OfRun(h.Key, h.Value.Events)).FirstOrDefault(b => b is not null)
                    ?? Invariants.OfAcknowledged(_acknowledged, histories) ?? _server.Error;
            }
        }
        catch (ServiceException e)
        {
            _broken = $"after {_actions} actions: {e.Message}: {_storeLog.First}";
        }

        trace?.WriteLine(Trace(histories));
        await _server.CrashAsync();
        var digest = string.Join(';', histories.Values.Select(h => string.Join(',', h.Events.Select(e => (int)e.EventType))));
        return new Outcome(
            _broken, _actions, _crashes, histories.Values.Count(h => Invariants.IsClosed(h.Events)),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(digest)))[..16]);
    }

    /// <summary>Every run with its events, for a look at a seed.</summary>
    private static string Trace(Dictionary<string, (string WorkflowId, List<HistoryEvent> Events)> histories) => string.Join('\n', histories.Select(h =>
        $"{h.Value.WorkflowId} {h.Key}\n  {string.Join("\n  ", h.Value.Events.Select(e => $"{e.EventId,3} {e.EventTime.ToDateTime():HH:mm:ss.fff} {e.EventType}{Attributes(e)}"))}"));

    private static string Attributes(HistoryEvent e)
    {
        var text = e.ToString();
        return text.IndexOf("EventAttributes", StringComparison.Ordinal) is var at and >= 0 ? text[(at + 17)..] : "";
    }

    private async Task ActAsync()
    {
        _actions++;
        var choice = _random.Next(100);
        switch (choice)
        {
            case < 28:
                await _server.Disk.FlushAsync(_random.Next(2) == 0 ? int.MaxValue : 1);
                break;
            case < 40:
                PollWorkflowTask(_random.Next(3) == 0);
                break;
            case < 54:
                AnswerWorkflowTask(ending: false);
                break;
            case < 60:
                PollActivity();
                break;
            case < 67:
                AnswerActivity();
                break;
            case < 72:
                Start();
                break;
            case < 79:
                Signal();
                break;
            case < 83:
                Update();
                break;
            case < 84:
                Call(() => _server.Engine.RequestCancelAsync(_server.NamespaceId, Target(), "", "sim", "client"));
                break;
            case < 85:
                Call(() => _server.Engine.TerminateAsync(_server.NamespaceId, Target(), "", "sim", null, "client"));
                break;
            case < 86:
                var (order, at) = (Target(), _random.Next(2, 12));
                var requestId = _worker.Name("r");
                Send(() => _server.Engine.ResetAsync(new ResetOrder(_server.NamespaceId, order, at, "sim", requestId)), run => _acknowledged.Starts.Add(run));
                break;
            case < 95:
                MoveClock();
                break;
            case < 97:
                Retry();
                break;
            case < 98:
                await GiveUpPollAsync();
                break;
            case < 99:
                Forget();
                break;
            default:
                await CrashAsync();
                break;
        }
    }

    private WorkflowExecution Target() => new() { WorkflowId = $"w{_random.Next(WorkflowIds)}" };

    private void Start()
    {
        var (id, request) = ($"w{_random.Next(WorkflowIds)}", _worker.Name("s"));
        var timeout = TimeSpan.FromMinutes(_random.Next(2) * 30);
        var conflict = (WorkflowIdConflictPolicy)_random.Next(1, 4);
        Send(
            () =>
            {
                var run = Guid.CreateVersion7(_time.GetUtcNow()).ToString(); // the server makes one for each call
                return _server.Engine.StartAsync(new StartOrder(_server.NamespaceId, "default", id, new StartSpec
                {
                    RunId = run,
                    RequestId = request,
                    Attributes = new()
                    {
                        WorkflowType = new() { Name = "Wf" },
                        TaskQueue = new() { Name = "tq" },
                        WorkflowTaskTimeout = Durations.Wire(TimeSpan.FromSeconds(10)),
                        WorkflowRunTimeout = Durations.Wire(timeout),
                        OriginalExecutionRunId = run,
                        FirstExecutionRunId = run,
                        Attempt = 1,
                        WorkflowId = id,
                    },
                })
                {
                    ReusePolicy = WorkflowIdReusePolicy.AllowDuplicate,
                    ConflictPolicy = conflict,
                });
            },
            outcome => _acknowledged.Starts.Add(outcome.RunId));
    }

    private void Signal()
    {
        var (target, name) = (Target(), _worker.Name("sig"));
        Send(
            async () =>
            {
                await _server.Engine.SignalAsync(_server.NamespaceId, target, new SignalSpec(name, null, "client", null, name));
                return true;
            },
            _ => _acknowledged.Signals[name] = target.WorkflowId);
    }

    private void Update()
    {
        var (target, id) = (Target(), _worker.Name("u"));
        var request = new Temporalio.Api.Update.V1.Request { Meta = new() { UpdateId = id, Identity = "client" }, Input = new() { Name = "up" } };
        var stage = _random.Next(2) == 0 ? UpdateWorkflowExecutionLifecycleStage.Accepted : UpdateWorkflowExecutionLifecycleStage.Completed;
        Send(
            () => _server.Engine.UpdateAsync(_server.NamespaceId, target, "", request, stage, CancellationToken.None),
            status =>
            {
                // A refusal leaves nothing behind; neither does an update that only waits.
                if (status.Outcome?.Success is not null || (status.Outcome is null && status.Stage == UpdateWorkflowExecutionLifecycleStage.Accepted))
                {
                    _acknowledged.AcceptedUpdates[id] = status.Execution.RunId;
                }
            });
    }

    private void PollWorkflowTask(bool sticky)
    {
        var poll = new CancellationTokenSource();
        _polls.Add(poll);
        var key = new QueueKey(_server.NamespaceId, sticky ? "sticky" : "tq", TaskQueueType.Workflow, IsSticky: sticky);
        Send(() => _server.Engine.PollWorkflowTaskAsync(key, Poller, poll.Token), TakeTask, again: false);
    }

    private void PollActivity()
    {
        var poll = new CancellationTokenSource();
        _polls.Add(poll);
        var key = new QueueKey(_server.NamespaceId, "tq", TaskQueueType.Activity, IsSticky: false);
        Send(
            () => _server.Engine.PollActivityTaskAsync(key, Poller, poll.Token),
            task =>
            {
                if (task is not null)
                {
                    _activities.Add(task);
                }
            },
            again: false);
    }

    private void TakeTask(PollWorkflowTaskQueueResponse? task)
    {
        if (task is { TaskToken.IsEmpty: false })
        {
            _tasks.Add(task);
        }
    }

    private void AnswerWorkflowTask(bool ending)
    {
        if (Pick(_tasks) is not { } task)
        {
            return;
        }

        var token = TaskToken.Parser.ParseFrom(task.TaskToken);
        if (!ending && _random.Next(8) == 0)
        {
            Call(() => _server.Engine.FailWorkflowTaskAsync(token, new() { Cause = WorkflowTaskFailedCause.WorkflowWorkerUnhandledFailure, Identity = "worker" }));
            return;
        }

        var answer = _worker.Complete(task, ending);
        Send(
            () => _server.Engine.CompleteWorkflowTaskAsync(token, answer.Clone()),
            response =>
            {
                TakeTask(response.WorkflowTask);
                if (answer.Commands.Count > 0)
                {
                    _acknowledged.WorkflowTasks.Add((token.RunId, token.StartedEventId));
                }
            });
    }

    private void AnswerActivity()
    {
        if (Pick(_activities) is not { } task)
        {
            return;
        }

        var token = TaskToken.Parser.ParseFrom(task.TaskToken);
        var target = new ActivityTarget(token.NamespaceId, token.WorkflowId, token.RunId, token.ActivityId, token);
        switch (_faults ? _random.Next(5) : 0)
        {
            case 3:
                Call(() => _server.Engine.FailActivityAsync(target, new() { Message = "no", ApplicationFailureInfo = new() { Type = "T" } }, null, "worker", null));
                break;
            case 4:
                Call(() => _server.Engine.HeartbeatAsync(target, Commands.Json("beat"), "worker"));
                _activities.Add(task);
                break;
            default:
                var result = _worker.Name("result");
                Send(
                    async () =>
                    {
                        await _server.Engine.CompleteActivityAsync(target, Commands.Json(result), "worker", null);
                        return true;
                    },
                    _ => _acknowledged.ActivityResults[result] = token.RunId,
                    again: false);
                break;
        }
    }

    private void MoveClock()
    {
        switch (_random.Next(12))
        {
            case 0:
                _time.Advance(TimeSpan.FromMinutes(_random.Next(1, 8)));
                break;
            case 1:
                _time.Set(TimeSpan.FromSeconds(-_random.Next(1, 5)));
                break;
            case < 6:
                _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 500)));
                break;
            default:
                _time.Advance(TimeSpan.FromMilliseconds(_random.Next(500, 15_000)));
                break;
        }
    }

    private void Retry()
    {
        if (Pick(_retries) is { } again)
        {
            again();
        }
    }

    private async Task GiveUpPollAsync()
    {
        if (Pick(_polls) is { } poll)
        {
            await poll.CancelAsync();
        }
    }

    /// <summary>A worker vanishes with what it was doing.</summary>
    private void Forget()
    {
        _tasks.Clear();
        _activities.Clear();
    }

    private async Task CrashAsync()
    {
        _crashes++;
        if (_random.Next(2) == 0)
        {
            await _server.Disk.FlushAsync(_random.Next(4)); // durable, but nobody hears of it
        }

        _broken ??= _server.Error;
        await _server.CrashAsync();
        await SettleAsync();
        _inFlight.Clear();
        _polls.Clear();
        await StartServerAsync();
    }

    private async Task StartServerAsync() =>
        _server = await SimulatedServer.StartAsync(_durable, _time, runsInMemory: _random.Next(2) == 0 ? 1 : 100);

    /// <summary>No more faults: everything that was begun must come to its end.</summary>
    private async Task<Dictionary<string, (string WorkflowId, List<HistoryEvent> Events)>> EndAsync()
    {
        const int Rounds = 400;
        _faults = false;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var poll in _polls)
            {
                await poll.CancelAsync();
            }

            _polls.Clear();
            await SettleAsync();
            PollWorkflowTask(sticky: false);
            PollWorkflowTask(sticky: true);
            PollActivity();
            await SettleAsync();
            AnswerWorkflowTask(ending: true);
            AnswerActivity();
            await SettleAsync();
            await _server.Disk.FlushAsync(int.MaxValue);
            await SettleAsync();
            _time.Advance(TimeSpan.FromSeconds(round % 4 == 3 ? 12 : 1));
            await SettleAsync();
            if (round % 10 != 9 || _server.Disk.Waiting > 0)
            {
                continue;
            }

            var open = _durable.OpenRuns();
            if (open.Count == 0)
            {
                break;
            }

            if (round % 50 == 49)
            {
                foreach (var idle in open)
                {
                    _broken ??= Invariants.OfIdleRun(idle.Run.RunId, _durable.ReadHistory(idle.Run.StoreId).SelectMany(b => b));
                    Wake(idle.Run); // a workflow may wait for nothing at all
                }
            }
        }

        var runs = new List<(long Id, string RunId, string WorkflowId)>();
        _durable.ReadRows((id, row) => runs.Add((id, row.RunId, row.WorkflowId)));
        var histories = runs.OrderBy(r => r.Id).ToDictionary(
            r => r.RunId, r => (r.WorkflowId, _durable.ReadHistory(r.Id).SelectMany(b => b).ToList()), StringComparer.Ordinal);
        foreach (var (runId, (workflowId, events)) in histories.Where(h => !Invariants.IsClosed(h.Value.Item2)))
        {
            _broken ??= $"run {runId} of {workflowId} is stuck after {string.Join(' ', events.TakeLast(5).Select(e => $"{e.EventId}:{e.EventType}"))}";
        }

        return histories;
    }

    private void Wake(RunKey run)
    {
        var wake = new SignalSpec(_worker.Name("wake"), null, "client", null, "");
        Call(() => _server.Engine.SignalAsync(run.NamespaceId, new() { WorkflowId = run.WorkflowId, RunId = run.RunId }, wake));
    }

    /// <summary>Lets everything go on that can, then hears the answers that have come.</summary>
    private async Task SettleAsync()
    {
        do
        {
            await Task.Yield();
        }
        while (ThreadPool.PendingWorkItemCount > 0);
        foreach (var ended in _inFlight.ToList())
        {
            if (ended())
            {
                _inFlight.Remove(ended);
            }
        }
    }

    private void Call(Func<Task> call) =>
        Send(
            async () =>
            {
                await call();
                return true;
            },
            _ => { });

    /// <summary>Sends a call; its answer is heard once it is there, unless it is lost on the way, and then the call may be made again.</summary>
    private void Send<T>(Func<Task<T>> call, Action<T> heard, bool again = true)
    {
        var task = Begin(call);
        _inFlight.Add(() =>
        {
            if (!task.IsCompleted)
            {
                return false;
            }

            if (task.IsFaulted && task.Exception.InnerException is not ServiceException)
            {
                _broken ??= $"an internal fault: {task.Exception.InnerException}";
            }

            if (_faults && again && _random.Next(6) == 0)
            {
                _retries.Add(() => Send(call, heard)); // lost: the caller does not know
            }
            else if (task.IsCompletedSuccessfully)
            {
                heard(task.Result);
            }

            return true;
        });
    }

    private static async Task<T> Begin<T>(Func<Task<T>> call) => await call();

    private T? Pick<T>(List<T> from)
        where T : class
    {
        if (from.Count == 0)
        {
            return null;
        }

        var index = _random.Next(from.Count);
        var item = from[index];
        from.RemoveAt(index);
        return item;
    }
}
