using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.Matching;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Storage.Records;
using Temporal.DevServer.Timers;

namespace Temporal.DevServer.History;

/// <summary>
/// Runs steps of runs: loads the run, applies the step under its workflow id's lock, queues the result for the store, and publishes
/// tasks, deliveries and news once it is durable.
/// </summary>
internal sealed partial class HistoryEngine : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string NamespaceId, string WorkflowId), WorkflowEntity> _entities = new();
    private readonly RunCache _openRuns;
    private readonly RunCache _closedRuns;
    private readonly IRunStore _store;
    private readonly TaskQueues _queues;
    private readonly NamespaceRegistry _namespaces;
    private readonly ServerLimits _limits;
    private readonly TimeProvider _time;
    private readonly TimerQueue _timers;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private long _openRunCount;

    public HistoryEngine(IRunStore store, TaskQueues queues, NamespaceRegistry namespaces, DevServerOptions options, ILogger logger)
    {
        (_store, _queues, _namespaces, _limits, _time, _logger) = (store, queues, namespaces, options.Limits, options.TimeProvider, logger);
        _openRuns = new RunCache(options.RunsInMemory, historyBytes: 256 << 20);
        _closedRuns = new RunCache(Math.Max(1, options.RunsInMemory / 20), historyBytes: 64 << 20);
        _timers = new TimerQueue(_time, options.RunsInMemory / 4, FireTimersAsync);
    }

    /// <summary>How many runs are not closed.</summary>
    public long OpenRunCount => Interlocked.Read(ref _openRunCount);

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _timers.DisposeAsync().ConfigureAwait(false);
        _queues.EndAllPolls();
    }

    /// <summary>
    /// Does something with the runs of the id under its lock, and returns when what came of it is durable. Raises what the action raises.
    /// </summary>
    private async Task<T> LockedAsync<T>(string namespaceId, string workflowId, Func<WorkflowEntity, (T Result, Task Durable)> action)
    {
        while (true)
        {
            var entity = Entity(namespaceId, workflowId);
            (T Result, Task Durable) done;
            lock (entity.Gate)
            {
                if (entity.Evicted)
                {
                    continue; // left the registry between the look-up and the lock
                }

                done = action(entity);
            }

            await done.Durable.ConfigureAwait(false);
            return done.Result;
        }
    }

    /// <summary>Takes a step of the run (the current one when <paramref name="runId"/> is empty) and returns when it is durable.</summary>
    private Task<T> StepAsync<T>(string namespaceId, string workflowId, string runId, Func<WorkflowRun, RunTransition, T> step, long consumed = 0) =>
        LockedAsync(namespaceId, workflowId, entity =>
        {
            var run = FindRun(entity, runId);
            var transition = new RunTransition(run.State.Clone(), Now, _limits);
            var result = step(run, transition);
            return (result, Commit(entity, run, transition, consumed));
        });

    private Task StepAsync(string namespaceId, string workflowId, string runId, Action<WorkflowRun, RunTransition> step, long consumed = 0) =>
        StepAsync(namespaceId, workflowId, runId, (run, t) =>
        {
            step(run, t);
            return true;
        }, consumed);

    /// <summary>Looks at a run under its lock and returns once what was seen is durable.</summary>
    private Task<T> ReadAsync<T>(string namespaceId, string workflowId, string runId, Func<WorkflowRun, T> read) =>
        LockedAsync(namespaceId, workflowId, entity =>
        {
            var run = FindRun(entity, runId);
            return (read(run), run.LastCommit);
        });

    private WorkflowEntity Entity(string namespaceId, string workflowId) =>
        _entities.TryGetValue((namespaceId, workflowId), out var entity)
            ? entity
            : _entities.GetOrAdd((namespaceId, workflowId), key => new WorkflowEntity(key.NamespaceId, key.WorkflowId));

    /// <summary>The run, loaded if need be; raises the not-found error. The entity's lock is held.</summary>
    private WorkflowRun FindRun(WorkflowEntity entity, string runId)
    {
        if (runId.Length == 0)
        {
            return CurrentRun(entity) ?? throw ForgetAndThrow(entity, ServiceErrors.WorkflowNotFound(entity.WorkflowId));
        }

        return TryFindRun(entity, runId) ?? throw ForgetAndThrow(entity, ServiceErrors.RunNotFound(entity.WorkflowId, runId));
    }

    private WorkflowRun? TryFindRun(WorkflowEntity entity, string runId) =>
        KnownRun(entity, runId) ?? Load(entity, _store.FindRun(entity.NamespaceId, entity.WorkflowId, runId));

    private WorkflowRun? KnownRun(WorkflowEntity entity, string runId)
    {
        if (entity.Runs.TryGetValue(runId, out var run))
        {
            Retain(run);
        }

        return run;
    }

    private WorkflowRun? CurrentRun(WorkflowEntity entity)
    {
        if (entity.Current is null && _store.FindRun(entity.NamespaceId, entity.WorkflowId, "") is { } stored)
        {
            entity.Current = entity.Runs.GetValueOrDefault(stored.RunId) ?? Load(entity, stored);
        }

        return entity.Current;
    }

    /// <summary>An id that does not exist must not stay in memory because somebody asked for it.</summary>
    private ServiceException ForgetAndThrow(WorkflowEntity entity, ServiceException error)
    {
        ForgetEmpty(entity);
        return error;
    }

    private void ForgetEmpty(WorkflowEntity entity)
    {
        if (entity.Runs.Count == 0)
        {
            entity.Evicted = true;
            _entities.TryRemove(new((entity.NamespaceId, entity.WorkflowId), entity));
        }
    }

    /// <summary>The run with its history, or null when it was deleted since it was found. The entity's lock is held.</summary>
    private WorkflowRun? Load(WorkflowEntity entity, StoredRun? stored)
    {
        if (stored is null)
        {
            return null;
        }

        var empty = new RunState
        {
            NamespaceId = stored.NamespaceId,
            Namespace = _namespaces.GetById(stored.NamespaceId).Name,
            WorkflowId = stored.WorkflowId,
            RunId = stored.RunId,
            StoreId = stored.StoreId,
            StartRequestId = stored.StartRequestId,
            ResetRunId = stored.ResetRunId,
        };
        var batches = _store.ReadHistory(stored.StoreId);
        if (batches.Count == 0)
        {
            return null;
        }

        var run = new WorkflowRun(entity, RunRecords.Rebuild(empty, batches.SelectMany(b => b), stored.Record, stored.Activities));
        foreach (var batch in batches)
        {
            run.Log.Append(batch);
        }

        entity.Runs[stored.RunId] = run;
        if (_unresumed.TryRemove(stored.StoreId, out _))
        {
            Resume(run);
        }

        Retain(run);
        return run;
    }

    /// <summary>Runs stay in memory for a while, the longest unused leave first.</summary>
    private void Retain(WorkflowRun run)
    {
        var cache = run.State.IsRunning ? _openRuns : _closedRuns;
        foreach (var old in cache.Use(run))
        {
            _ = Task.Run(() => Evict(old));
        }
    }

    private void Evict(WorkflowRun run)
    {
        lock (run.Entity.Gate)
        {
            if (!run.Entity.Runs.TryGetValue(run.State.RunId, out var known) || !ReferenceEquals(known, run))
            {
                return;
            }

            if (!run.CanLeaveMemory)
            {
                (run.State.IsRunning ? _openRuns : _closedRuns).PutBack(run);
                return;
            }

            TakeOut(run);
        }
    }

    /// <summary>Forgets what is in memory of the run. The entity's lock is held.</summary>
    private void TakeOut(WorkflowRun run)
    {
        _openRuns.Remove(run);
        _closedRuns.Remove(run);
        run.Entity.Runs.Remove(run.State.RunId);
        if (ReferenceEquals(run.Entity.Current, run))
        {
            run.Entity.Current = null;
        }

        ForgetEmpty(run.Entity);
    }

    /// <summary>Puts the step in place and queues it for the store. The entity's lock is held.</summary>
    private Task Commit(WorkflowEntity entity, WorkflowRun run, RunTransition transition, long consumed, RunTransition? alsoBegun = null)
    {
        var commit = new StoreCommit { OutboxRemoved = consumed };
        var published = new List<(WorkflowRun Run, RunTransition Transition)>();
        Place(run, transition, isNew: false);
        var begun = transition.Successor ?? alsoBegun;
        if (begun is not null)
        {
            PlaceNew(entity, begun);
        }

        return Send(commit, published);

        void Place(WorkflowRun target, RunTransition t, bool isNew)
        {
            Take(target, t, isNew, commit);
            published.Add((target, t));
        }

        void PlaceNew(WorkflowEntity owner, RunTransition t)
        {
            var next = NewRun(owner, t);
            Place(next, t, isNew: true);
        }
    }

    /// <summary>
    /// Puts the first step of a run that goes on from the middle of another in place, and the one that ends the current run, if that is open.
    /// The run that it goes on from remembers it. The lock is held.
    /// </summary>
    private Task CommitReset(WorkflowEntity entity, WorkflowRun based, WorkflowRun? ended, RunTransition? ending, RunTransition begun)
    {
        var commit = new StoreCommit { ResetRun = (based.State.StoreId, begun.State.RunId) };
        var steps = new List<(WorkflowRun, RunTransition)>();
        if (ended is not null)
        {
            Take(ended, ending!, isNew: false, commit);
            steps.Add((ended, ending!));
        }

        var run = NewRun(entity, begun);
        Take(run, begun, isNew: true, commit);
        steps.Add((run, begun));
        var state = based.State.Clone();
        state.ResetRunId = begun.State.RunId;
        based.State = state;
        return Send(commit, steps);
    }

    /// <summary>Puts the first step of a new run in place. The entity's lock is held.</summary>
    private Task CommitNew(WorkflowEntity entity, RunTransition begun, long consumed, OutboxMessage? answer = null)
    {
        var commit = new StoreCommit { OutboxRemoved = consumed };
        var run = NewRun(entity, begun);
        if (answer is not null)
        {
            begun.Outbox.Add(answer);
        }

        Take(run, begun, isNew: true, commit);
        return Send(commit, [(run, begun)]);
    }

    private static WorkflowRun NewRun(WorkflowEntity entity, RunTransition begun)
    {
        var run = new WorkflowRun(entity, begun.State);
        entity.Runs[begun.State.RunId] = run;
        entity.Current = run;
        return run;
    }

    private void Take(WorkflowRun run, RunTransition transition, bool isNew, StoreCommit commit)
    {
        var state = transition.State;
        state.TransitionCount++;
        if (isNew && state.StoreId == 0)
        {
            state.StoreId = _store.NextId();
        }

        foreach (var message in transition.Outbox)
        {
            message.Id = _store.NextId();
            commit.OutboxAdded.Add(message);
        }

        commit.Runs.Add(new RunWrite
        {
            StoreId = state.StoreId,
            IsNew = isNew,
            Batches = transition.Batches,
            Record = state.IsRunning ? RunRecords.ToRecord(state) : null,
            Deadline = state.NextDeadline,
            WaitsForWorker = state.WorkflowTask is not null || !state.Buffered.IsEmpty || !state.Activities.IsEmpty,
            Row = isNew || transition.VisibilityChanged ? RunRecords.ToRow(state) : null,
            Activities = [.. transition.TouchedActivities.Select(id =>
                (id, state.Activities.TryGetValue(id, out var a) ? RunRecords.ToRecord(a) : null))],
        });
        Interlocked.Add(ref _openRunCount, (state.IsRunning ? 1 : 0) - (!isNew && run.State.IsRunning ? 1 : 0));
        run.State = state;
        TellClock(state);
        foreach (var batch in transition.Batches)
        {
            run.Log.Append(batch);
        }

        if (state.IsRunning)
        {
            _timers.Update(run.Key, state.NextDeadline);
        }
        else
        {
            _timers.Remove(run.Key);
            _openRuns.Remove(run);
        }

        Retain(run);
    }

    /// <summary>A clock that skips time must not while a task waits for a worker or is with one.</summary>
    private void TellClock(RunState state)
    {
        if (_time is SkippingClock clock)
        {
            clock.SetBusy(state.StoreId, state.IsRunning && (state.WorkflowTask is not null || !state.Buffered.IsEmpty ||
                state.Activities.Values.Any(a => a.IsStarted || (a.NextAttemptTime is null && a.Pause is null))));
        }
    }

    private Task Send(StoreCommit commit, List<(WorkflowRun Run, RunTransition Transition)> steps)
    {
        var published = PublishAsync(_store.CommitAsync(commit), steps, _time.Hold());
        foreach (var (run, _) in steps)
        {
            run.LastCommit = published;
        }

        return published;
    }

    private async Task PublishAsync(Task durable, List<(WorkflowRun Run, RunTransition Transition)> steps, IDisposable? hold)
    {
        using var held = hold;
        // Never inline: the caller still holds the entity's lock.
        await durable.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (var (run, transition) in steps)
        {
            foreach (var task in transition.Tasks)
            {
                _queues.Offer(task);
            }

            Deliver(transition.Outbox);

            TellOfClose(transition);
            PublishUpdates(run, transition);
            lock (run.Entity.Gate)
            {
                run.SignalChange();
                ReleaseQueries(run);
            }
        }
    }

    /// <summary>Of many runs whose deadlines come at once those that are read for it leave memory again: they would only push out what is in use.</summary>
    private async Task FireTimersAsync(RunKey due, bool ofMany)
    {
        try
        {
            var read = await LockedAsync(due.NamespaceId, due.WorkflowId, entity =>
            {
                var known = entity.Runs.ContainsKey(due.RunId);
                var fired = FireTimers(entity, due);
                return (known ? null : entity.Runs.GetValueOrDefault(due.RunId), fired);
            }).ConfigureAwait(false);
            if (ofMany && read is not null)
            {
                Evict(read);
            }
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            LogTimerFailed(e, due.WorkflowId, due.RunId);
        }
        catch (Exception e)
        {
            LogStoppedMeanwhile(e);
        }
    }

    private Task FireTimers(WorkflowEntity entity, RunKey due)
    {
        if (_stopping.IsCancellationRequested || (KnownRun(entity, due.RunId) ?? Load(entity, _store.FindRun(due))) is not { State.IsRunning: true } run)
        {
            ForgetEmpty(entity);
            return Task.CompletedTask;
        }

        var transition = new RunTransition(run.State.Clone(), Now, _limits);
        if (transition.FireTimers())
        {
            return Commit(entity, run, transition, consumed: 0);
        }

        _timers.Update(run.Key, run.State.NextDeadline);
        return Task.CompletedTask;
    }

    [LoggerMessage(200, LogLevel.Error, "Deadlines of run '{RunId}' of workflow '{WorkflowId}' could not be handled")]
    private partial void LogTimerFailed(Exception e, string workflowId, string runId);

    [LoggerMessage(201, LogLevel.Debug, "A step was dropped because the server stops")]
    private partial void LogStoppedMeanwhile(Exception e);
}
