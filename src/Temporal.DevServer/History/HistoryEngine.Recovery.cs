using Microsoft.Extensions.Logging;

namespace Temporal.DevServer.History;

/// <content>What happens when the server comes up on a store that has runs.</content>
internal sealed partial class HistoryEngine
{
    /// <summary>Loads the open runs, arms their deadlines, queues their waiting tasks and takes up deliveries that were under way.</summary>
    public void Recover()
    {
        var runs = _store.OpenRuns();
        foreach (var stored in runs)
        {
            var entity = Entity(stored.NamespaceId, stored.WorkflowId);
            lock (entity.Gate)
            {
                var run = Load(entity, stored);
                entity.Current = run;
                Resume(run);
            }
        }

        var messages = _store.ReadOutbox();
        Deliver(messages);

        if (runs.Count > 0)
        {
            LogRecovered(runs.Count, messages.Count);
        }
    }

    private void Resume(WorkflowRun run)
    {
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

        _timers.Update(run, run.State.Timers.IsEmpty ? null : run.State.Timers[0].Due);
    }

    [LoggerMessage(220, LogLevel.Information, "Took up {Runs} open runs and {Deliveries} deliveries from the database")]
    private partial void LogRecovered(int runs, int deliveries);
}
