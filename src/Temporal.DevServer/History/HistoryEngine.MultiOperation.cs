using Temporal.DevServer.Frontend;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Update.V1;

namespace Temporal.DevServer.History;

/// <summary>Where an update that came with a start stands.</summary>
internal sealed record StartedUpdate(StartOutcome Start, WorkflowExecution Execution, UpdateWaiter Waiter, UpdateStatus? Known);

/// <content>Update with start: one step does both.</content>
internal sealed partial class HistoryEngine
{
    /// <summary>Starts the run if there is none to update, and takes the update in. Errors are the start's; nothing happened then.</summary>
    public Task<StartedUpdate> StartWithUpdateAsync(StartOrder order, Request update) =>
        LockedAsync(order.NamespaceId, order.WorkflowId, entity => StartWithUpdate(entity, order, update));

    public Task<UpdateStatus> WaitAsync(StartedUpdate started, UpdateWorkflowExecutionLifecycleStage stage, CancellationToken cancellationToken) =>
        started.Known is { Outcome: not null } known
            ? Task.FromResult(known)
            : WaitForUpdateAsync(started.Execution, started.Waiter, stage, cancellationToken);

    private (StartedUpdate, Task) StartWithUpdate(WorkflowEntity entity, StartOrder order, Request update)
    {
        var current = CurrentRun(entity);
        var id = update.Meta.UpdateId;
        if (current is not null && Known(current, id) is { } known)
        {
            return (new(Existing(current), current.State.Execution, Waiter(current, id), known), current.LastCommit);
        }

        if (current is { State.IsRunning: true } &&
            (order.ConflictPolicy == WorkflowIdConflictPolicy.UseExisting || current.State.StartRequestId == order.Spec.RequestId))
        {
            var admitted = new RunTransition(current.State.Clone(), Now, _limits);
            admitted.AdmitUpdate(update);
            var published = Commit(entity, current, admitted, consumed: 0);
            return (new(Existing(current), current.State.Execution, Waiter(current, id), null), published);
        }

        WorkflowRun? terminate = null;
        if (current is { State.IsRunning: true })
        {
            terminate = order.ConflictPolicy == WorkflowIdConflictPolicy.TerminateExisting ? current : throw StillRunning(current.State);
        }
        else if (current is not null)
        {
            CheckReuse(current.State, order.ReusePolicy);
        }

        var (outcome, done) = Begin(entity, order, terminate, update);
        return (new(outcome, entity.Current!.State.Execution, Waiter(entity.Current, id), null), done);
    }

    private static StartOutcome Existing(WorkflowRun run) => new(run.State.RunId, "", Started: false, run.State.Status);

    private static ServiceException StillRunning(RunState state) => ServiceErrors.AlreadyStarted(
        $"Workflow execution is already running. WorkflowId: {state.WorkflowId}, RunId: {state.RunId}.", state.StartRequestId, state.RunId, state.FirstRunId);
}
