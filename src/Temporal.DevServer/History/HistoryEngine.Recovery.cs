using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Temporal.DevServer.Storage;

namespace Temporal.DevServer.History;

/// <content>What happens when the server comes up on a store that has runs.</content>
internal sealed partial class HistoryEngine
{
    /// <summary>Open runs of an earlier server that nobody has looked into yet, by store number.</summary>
    private readonly ConcurrentDictionary<long, RunKey> _unresumed = new();

    /// <summary>
    /// Arms the deadlines of the open runs and takes up deliveries that were under way. Runs with work for a worker are looked into
    /// while the server already serves; whoever asks for one of them earlier gets it at once.
    /// </summary>
    public void Recover()
    {
        var runs = _store.OpenRuns();
        Interlocked.Add(ref _openRunCount, runs.Count);
        var waiting = runs.Where(r => r.WaitsForWorker).Select(r => r.Run).ToList();
        foreach (var run in waiting)
        {
            _unresumed[run.StoreId] = run;
            (_time as Timers.SkippingClock)?.SetBusy(run.StoreId, true); // until it was looked into
        }

        foreach (var run in runs)
        {
            _timers.Update(run.Run, run.Deadline);
        }

        var messages = _store.ReadOutbox();
        Deliver(messages);
        _ = Task.Run(() => ResumeAll(waiting));
        _ = SweepNowAndThenAsync();
        if (runs.Count > 0)
        {
            LogRecovered(runs.Count, messages.Count);
        }
    }

    private void ResumeAll(List<RunKey> waiting)
    {
        foreach (var open in waiting)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            try
            {
                while (_unresumed.ContainsKey(open.StoreId))
                {
                    var entity = Entity(open.NamespaceId, open.WorkflowId);
                    lock (entity.Gate)
                    {
                        if (!entity.Evicted && TryFindRun(entity, open.RunId) is null)
                        {
                            _unresumed.TryRemove(open.StoreId, out _); // deleted meanwhile
                            ForgetEmpty(entity);
                        }
                    }
                }
            }
            catch (Exception e)
            {
                _unresumed.TryRemove(open.StoreId, out _);
                LogResumeFailed(e, open.WorkflowId, open.RunId);
            }
        }
    }

    /// <summary>Offers the run's work again. The entity's lock is held.</summary>
    private void Resume(WorkflowRun run)
    {
        TellClock(run.State);
        var transition = new RunTransition(run.State.Clone(), Now, _limits);
        if (transition.ResumeTasks())
        {
            Commit(run.Entity, run, transition, consumed: 0);
        }
        else
        {
            foreach (var task in transition.Tasks)
            {
                _queues.Offer(task);
            }
        }

        _timers.Update(run.Key, run.State.NextDeadline);
    }

    [LoggerMessage(220, LogLevel.Information, "Takes up {Runs} open runs and {Deliveries} deliveries from the database")]
    private partial void LogRecovered(int runs, int deliveries);

    [LoggerMessage(221, LogLevel.Error, "Run '{RunId}' of workflow '{WorkflowId}' could not be taken up")]
    private partial void LogResumeFailed(Exception e, string workflowId, string runId);
}
