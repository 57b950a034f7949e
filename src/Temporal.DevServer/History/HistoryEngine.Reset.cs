using Temporal.DevServer.Frontend;
using Temporal.DevServer.Storage;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;

namespace Temporal.DevServer.History;

/// <summary>What to reset, where, and what to take over.</summary>
internal sealed record ResetOrder(string NamespaceId, WorkflowExecution Target, long FinishEventId, string Reason, string RequestId)
{
    public bool WithSignals { get; init; } = true;

    public bool WithUpdates { get; init; } = true;

    /// <summary>Options to change in the new run, in order.</summary>
    public IReadOnlyList<(WorkflowExecutionOptions Options, IReadOnlyCollection<string> Fields)> Options { get; init; } = [];
}

/// <content>Reset.</content>
internal sealed partial class HistoryEngine
{
    /// <summary>Ends the current run of the id and begins one that goes on from the event; returns its run id.</summary>
    public Task<string> ResetAsync(ResetOrder order) => LockedAsync(order.NamespaceId, order.Target.WorkflowId, entity =>
    {
        var based = FindRun(entity, order.Target.RunId);
        var current = CurrentRun(entity)!;
        if (current.State.StartRequestId == order.RequestId)
        {
            return (current.State.RunId, current.LastCommit); // asked again
        }

        var runId = Guid.NewGuid().ToString();
        var begun = BeginReset(entity, based, order, runId);
        RunTransition? ending = null;
        if (current.State.IsRunning)
        {
            ending = new RunTransition(current.State.Clone(), Now, _limits);
            ending.Terminate(order.Reason, details: null, "history-resetter", tellsParent: false);
            ending.Outbox.RemoveAll(m => m.BodyCase == Storage.Records.OutboxMessage.BodyOneofCase.ParentClosed);
        }

        return (runId, CommitReset(entity, based, ending is null ? null : current, ending, begun));
    });

    private RunTransition BeginReset(WorkflowEntity entity, WorkflowRun based, ResetOrder order, string runId)
    {
        var cut = order.FinishEventId;
        if (cut <= 1 || cut > based.State.LastEventId)
        {
            throw ServiceErrors.InvalidArgument("Workflow task finish ID must be > 1 && <= workflow last event ID.");
        }

        var batch = based.Log.BatchOf(cut);
        if (based.Log[batch][0].EventId != cut)
        {
            throw ServiceErrors.InvalidArgument(
                $"StateRebuilder unable to Rebuild mutable state to event ID: {cut - 1}, version: 0, this event must be at the boundary");
        }

        var prefix = Enumerable.Range(0, batch).Select(i => based.Log[i]).ToList();
        var begun = RunTransition.BeginFrom(based.State, prefix, runId, order.RequestId, _store.NextId(), Now, _limits);
        if (begun.State.WorkflowTask is null)
        {
            throw ServiceErrors.InvalidArgument($"Can only reset workflow to event ID in range [WorkflowTaskScheduled +1, WorkflowTaskStarted + 1]: {cut}");
        }

        begun.CutAt(order.Reason, based.State.RunId);
        foreach (var e in LaterEvents(entity, based, cut).Where(e => Wanted(e, order)))
        {
            begun.Reapply(e);
        }

        foreach (var (options, fields) in order.Options)
        {
            begun.ChangeOptions(options, fields, identity: "");
        }

        begun.ScheduleWorkflowTask();
        return begun;
    }

    /// <summary>Events after the cut, through the runs that continued this one as new.</summary>
    private IEnumerable<HistoryEvent> LaterEvents(WorkflowEntity entity, WorkflowRun based, long cut)
    {
        foreach (var e in based.Log.All.Where(e => e.EventId >= cut))
        {
            yield return e;
        }

        for (var run = based; run?.State.CloseEvent?.WorkflowExecutionContinuedAsNewEventAttributes is { } continued;)
        {
            run = TryFindRun(entity, continued.NewExecutionRunId);
            foreach (var e in run?.Log.All ?? [])
            {
                yield return e;
            }
        }
    }

    private static bool Wanted(HistoryEvent e, ResetOrder order) =>
        e.EventType switch
        {
            EventType.WorkflowExecutionSignaled => order.WithSignals,
            EventType.WorkflowExecutionUpdateAdmitted or EventType.WorkflowExecutionUpdateAccepted => order.WithUpdates,
            _ => true,
        };
}
