using Microsoft.Extensions.Logging;
using Orchestrator.Activities.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>
/// Everything that starts runs of one pipeline by itself meets here: times of its schedule, files that arrive, inputs that are published. One workflow decides for each pipeline,
/// so that nothing is started twice, overlaps are judged in one place, and nothing that was missed is lost. Runs go on without it; its history does not grow with their number.
/// </summary>
[Workflow("Trigger")]
public sealed partial class TriggerWorkflow
{
    /// <summary>Events after which it continues as new as soon as no run is open, and whatever is open.</summary>
    private const int EventsPerHistory = 2_000;
    private const int MostEvents = 4_000;
    private const int RecentKept = 20;

    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AfterProblem = TimeSpan.FromMinutes(1);

    private readonly string _pipeline;
    private readonly Dictionary<string, string> _open = [];
    private readonly HashSet<string> _followed = [];
    private readonly HashSet<string> _held = [];
    private readonly List<DueRuns> _queue = [];
    private readonly List<string> _recent = [];
    private readonly Queue<Func<Task>> _errands = new();
    private TriggerState _state;
    private TriggerFindings _found = new();
    private DateTime? _lookedAt;
    private DateTime _listAt;
    private DateTime _readAt;
    private bool _look = true;
    private string? _problem;

    [WorkflowInit]
    public TriggerWorkflow(TriggerRequest request)
    {
        _pipeline = request.Pipeline;
        _state = request.State ?? new TriggerState();
        _queue.AddRange(_state.Queue);
        _recent.AddRange(_state.Recent);
        foreach (var (partition, by) in _state.Open)
        {
            _open[partition] = by;
        }

        // Runs of an earlier history report to nobody: they are asked for.
        _followed.UnionWith(_open.Keys);
        _held.UnionWith(_state.Held);
        _listAt = _readAt = Workflow.UtcNow;
    }

    [WorkflowRun]
    public async Task<TriggerProgress> RunAsync(TriggerRequest request)
    {
        while (true)
        {
            // A tick's activity waits for the answer about what is due: what is to be done about it by other activities must not wait for a place behind it.
            while (_errands.TryDequeue(out var errand))
            {
                await errand();
            }

            await StartQueuedAsync();
            if (IsTimeToLook)
            {
                await LookAsync();
            }

            if (_followed.Count > 0)
            {
                await FollowAsync();
            }

            if (IsIdle)
            {
                return Tell();
            }

            if (IsLong)
            {
                var next = request with { State = _state with { Queue = [.. _queue], Open = new Dictionary<string, string>(_open), Held = [.. _held.Order(StringComparer.Ordinal)], Recent = [.. _recent] } };
                throw Workflow.CreateContinueAsNewException((TriggerWorkflow w) => w.RunAsync(next));
            }

            Tell();
            var open = _open.Count;
            bool Moved() => (_look && !IsPaused) || _open.Count != open || _errands.Count > 0 || IsTurnOfQueue || IsIdle || IsLong;
            if (Until() is { } wait)
            {
                await Workflow.WaitConditionAsync(Moved, wait);
            }
            else
            {
                await Workflow.WaitConditionAsync(Moved);
            }
        }
    }

    /// <summary>What it does and has done.</summary>
    [WorkflowQuery("progress")]
    public TriggerProgress Progress() => new()
    {
        Pipeline = _pipeline,
        Paused = _state.Paused,
        Watches = Watches,
        LookedAt = _lookedAt is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null,
        Open = new SortedDictionary<string, string>(_open, StringComparer.Ordinal),
        Held = [.. _held.Order(StringComparer.Ordinal)],
        Queued = [.. _queue.SelectMany(q => q.Partitions)],
        Waiting = _found.Waiting,
        Started = _state.Started,
        Problem = _problem,
        Recent = [.. _recent],
    };

    private bool IsPaused => _state.Paused is not null;

    /// <summary>Whether the pipeline has triggers to look after; before the first look nobody knows.</summary>
    private bool Watches => _lookedAt is null || _found.Poll is not null || _problem is not null;

    private DateTime NextLook => _found.ReadNotices is null || _listAt < _readAt ? _listAt : _readAt;

    /// <summary>Timers are rounded: one that fires a moment early is in time.</summary>
    private bool IsTimeToLook => !IsPaused && (_look || (Watches && Workflow.UtcNow + Early >= NextLook));

    private bool IsIdle => !Watches && (!_look || IsPaused) && _queue.Count == 0 && _open.Count == 0 && _errands.Count == 0 && Workflow.AllHandlersFinished;

    /// <summary>Whether it is time for a new history, also while it rests and only hears.</summary>
    private bool IsLong => Workflow.AllHandlersFinished && _errands.Count == 0 && Workflow.CurrentHistoryLength > (_open.Count == 0 ? EventsPerHistory : MostEvents);

    private bool IsTurnOfQueue => _queue.Count > 0 && !OpenBySchedule().Any();

    /// <summary>Runs that the schedule has started and that go on: one that waits for a decision may do so for days.</summary>
    private IEnumerable<string> OpenBySchedule() => _open.Where(o => o.Value == BySchedule && !_held.Contains(o.Key)).Select(o => o.Key);

    /// <summary>How long nothing has to be done unless something happens; null for as long as nothing does.</summary>
    private TimeSpan? Until()
    {
        var next = IsPaused || !Watches ? (DateTime?)null : NextLook;
        var wait = next is { } at ? at - Workflow.UtcNow : (TimeSpan?)null;
        wait = _followed.Count > 0 && (wait is null || wait > Recheck) ? Recheck : wait;
        return wait is { } time && time < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait;
    }

    private async Task LookAsync()
    {
        var list = _look || Workflow.UtcNow + Early >= _listAt;
        _look = false;
        var look = new TriggerLook { Pipeline = _pipeline, Cursor = _state.Cursor, List = list, Open = [.. _open.Keys.Order(StringComparer.Ordinal)], Held = _held.Count, Handled = _found.Notices };
        try
        {
            _found = await Workflow.ExecuteActivityAsync((ITriggerActivities a) => a.LookAsync(look), Steps.Trigger);
            _problem = null;
        }
        catch (ActivityFailureException e)
        {
            // A pipeline that is being edited, a folder that is away: nothing to give up for.
            _problem = e.InnerException?.Message ?? e.Message;
            Workflow.Logger.LogWarning(e, "'{Pipeline}' could not be looked after.", _pipeline);
            _found = _found with { Poll = _found.Poll ?? AfterProblem, Notices = [] };
        }

        _lookedAt = Workflow.UtcNow;
        _state = _state with { Cursor = _problem is null ? _found.Cursor : _state.Cursor };
        _readAt = Workflow.UtcNow + (_found.ReadNotices ?? TimeSpan.Zero);
        if (list)
        {
            _listAt = Workflow.UtcNow + (_found.Poll ?? TimeSpan.Zero);
        }

        if (_problem is null && _found.Starts.Count > 0)
        {
            var started = new List<TriggerStart>();
            foreach (var start in _found.Starts)
            {
                if ((await StartAsync(start.Partition, start.By, start.Reason)).Outcome is "started")
                {
                    started.Add(start);
                }
            }

            if (started.Count < _found.Starts.Count)
            {
                // A run of somebody else may have begun before what was seen now: seen anew at the next listing.
                _state = _state with { Cursor = null };
            }

            await Workflow.ExecuteActivityAsync((ITriggerActivities a) => a.RecordStartsAsync(new TriggerStarts(_pipeline, started)), Steps.Record);
        }
    }

    /// <summary>Starts a run, or attaches to the one that somebody else has started.</summary>
    private async Task<TriggeredRun> StartAsync(string partition, string by, string reason)
    {
        if (_open.ContainsKey(partition))
        {
            return new TriggeredRun(partition, "attached");
        }

        var request = new RunRequest(_pipeline, partition);
        _open[partition] = by;
        ChildWorkflowHandle run;
        try
        {
            run = await Workflow.StartChildWorkflowAsync(
                "PipelineRun",
                [request],
                new ChildWorkflowOptions
                {
                    Id = request.WorkflowId,
                    ParentClosePolicy = ParentClosePolicy.Abandon,
                    CancellationToken = CancellationToken.None,
                    StaticSummary = $"{_pipeline} {partition}, by {by}: {reason}",
                    Memo = new Dictionary<string, object> { ["by"] = by },
                });
        }
        catch (WorkflowAlreadyStartedException)
        {
            _open.Remove(partition);
            return Remember(new TriggeredRun(partition, "attached"), by, reason);
        }

        _state = _state with { Started = _state.Started + 1 };
        _ = AwaitAsync(partition, run);
        return Remember(new TriggeredRun(partition, "started"), by, reason);
    }

    private async Task AwaitAsync(string partition, ChildWorkflowHandle run)
    {
        try
        {
            await run.GetResultAsync<RunResult>();
        }
        catch (FailureException e)
        {
            // Why it failed stands in the ledger; to a trigger it has ended.
            Workflow.Logger.LogDebug(e, "{WorkflowId} failed.", run.Id);
        }

        HasEnded(partition);
    }

    private async Task FollowAsync()
    {
        var look = new TriggerLook { Pipeline = _pipeline, Open = [.. _followed.Order(StringComparer.Ordinal)] };
        try
        {
            var still = await Workflow.ExecuteActivityAsync((ITriggerActivities a) => a.StillOpenAsync(look), Steps.Trigger);
            foreach (var ended in look.Open.Except(still))
            {
                _followed.Remove(ended);
                HasEnded(ended);
            }
        }
        catch (ActivityFailureException e) when (!TemporalException.IsCanceledException(e))
        {
            // Who cannot be asked now is asked again: nothing to end for.
            Workflow.Logger.LogWarning(e, "Runs of '{Pipeline}' could not be followed.", _pipeline);
        }
    }

    private void HasEnded(string partition)
    {
        _open.Remove(partition);
        _held.Remove(partition);
        _look |= _found.More;
    }
}
