using Temporal.DevServer.Frontend;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Update.V1;

namespace Temporal.DevServer.History;

/// <summary>How far an update is.</summary>
internal sealed record UpdateStatus(WorkflowExecution Execution, UpdateWorkflowExecutionLifecycleStage Stage, Outcome? Outcome);

/// <content>Updates and their callers.</content>
internal sealed partial class HistoryEngine
{
    /// <summary>Takes an update in, or finds the one with its id, and waits for the stage.</summary>
    public async Task<UpdateStatus> UpdateAsync(
        string namespaceId, WorkflowExecution target, string firstRunId, Request request, UpdateWorkflowExecutionLifecycleStage wait,
        CancellationToken cancellationToken)
    {
        var id = request.Meta.UpdateId;
        var (execution, waiter, known) = await StepAsync(namespaceId, target.WorkflowId, target.RunId, (run, t) =>
        {
            CheckChain(run, firstRunId);
            var found = Known(run, id);
            if (found is null)
            {
                RequireOpen(run);
                if (run.State.Paused is not null)
                {
                    throw ServiceErrors.FailedPrecondition("Workflow is paused. Cannot update the workflow.");
                }

                if (run.State.WorkflowTask is { Attempt: >= HopelessAttempt })
                {
                    throw ServiceErrors.WorkflowNotReady("Unable to perform workflow execution update due to Workflow Task in failed state.");
                }

                t.AdmitUpdate(request);
            }

            return (run.State.Execution, Waiter(run, id), found);
        }).ConfigureAwait(false);
        return known is { Outcome: not null } ? known : await WaitForUpdateAsync(execution, waiter, wait, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks after an update; without a stage to wait for, how it is right now.</summary>
    public async Task<UpdateStatus> PollUpdateAsync(
        string namespaceId, WorkflowExecution target, string id, UpdateWorkflowExecutionLifecycleStage wait, CancellationToken cancellationToken)
    {
        var (execution, waiter, known) = await ReadAsync(namespaceId, target.WorkflowId, target.RunId, run =>
            (run.State.Execution, Waiter(run, id), Known(run, id) ?? throw ServiceErrors.NotFound($"update \"{id}\" not found"))).ConfigureAwait(false);
        return known.Outcome is not null || wait is UpdateWorkflowExecutionLifecycleStage.Unspecified or UpdateWorkflowExecutionLifecycleStage.Admitted
            ? known
            : await WaitForUpdateAsync(execution, waiter, wait, cancellationToken).ConfigureAwait(false);
    }

    private async Task<UpdateStatus> WaitForUpdateAsync(
        WorkflowExecution execution, UpdateWaiter waiter, UpdateWorkflowExecutionLifecycleStage wait, CancellationToken cancellationToken)
    {
        var accepted = wait == UpdateWorkflowExecutionLifecycleStage.Accepted;
        try
        {
            await (accepted ? waiter.Accepted.Task : (Task)waiter.Completed.Task).WaitAsync(LongPoll, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new(execution, Stage(waiter), null);
        }
        catch (OperationCanceledException)
        {
            throw ServiceErrors.DeadlineExceeded();
        }

        var outcome = waiter.Completed.Task.IsCompletedSuccessfully ? await waiter.Completed.Task.ConfigureAwait(false) : null;
        return new(execution, Stage(waiter), outcome);
    }

    private static UpdateWorkflowExecutionLifecycleStage Stage(UpdateWaiter waiter) =>
        waiter.Completed.Task.IsCompletedSuccessfully ? UpdateWorkflowExecutionLifecycleStage.Completed
        : waiter.Accepted.Task.IsCompletedSuccessfully ? UpdateWorkflowExecutionLifecycleStage.Accepted
        : UpdateWorkflowExecutionLifecycleStage.Admitted;

    /// <summary>The update as the run knows it. The entity's lock is held.</summary>
    private static UpdateStatus? Known(WorkflowRun run, string id)
    {
        if (!run.State.Updates.TryGetValue(id, out var update))
        {
            return null;
        }

        return update.Stage switch
        {
            WorkflowUpdateStage.Completed => new(run.State.Execution, UpdateWorkflowExecutionLifecycleStage.Completed, update.Outcome),
            WorkflowUpdateStage.Accepted when !run.State.IsRunning =>
                new(run.State.Execution, UpdateWorkflowExecutionLifecycleStage.Completed, AcceptedAndLeft),
            WorkflowUpdateStage.Accepted => new(run.State.Execution, UpdateWorkflowExecutionLifecycleStage.Accepted, null),
            _ => new(run.State.Execution, UpdateWorkflowExecutionLifecycleStage.Admitted, null),
        };
    }

    private static Outcome AcceptedAndLeft => new()
    {
        Failure = new Failure
        {
            Message = "Workflow Update failed because the Workflow completed before the Update completed.",
            Source = "Server",
            ApplicationFailureInfo = new() { Type = "AcceptedUpdateCompletedWorkflow", NonRetryable = true },
        },
    };

    private static UpdateWaiter Waiter(WorkflowRun run, string id)
    {
        if (!run.UpdateWaiters.TryGetValue(id, out var waiter))
        {
            run.UpdateWaiters[id] = waiter = new UpdateWaiter();
            if (run.State.Updates.GetValueOrDefault(id) is { Stage: WorkflowUpdateStage.Accepted })
            {
                waiter.Accepted.TrySetResult();
            }
        }

        return waiter;
    }

    /// <summary>Tells callers what the durable step did to their updates.</summary>
    private static void PublishUpdates(WorkflowRun run, RunTransition transition)
    {
        lock (run.Entity.Gate)
        {
            foreach (var (id, failure) in transition.RejectedUpdates)
            {
                if (run.UpdateWaiters.Remove(id, out var waiter))
                {
                    waiter.Complete(new Outcome { Failure = failure });
                }
            }

            foreach (var (id, error) in transition.AbortedUpdates)
            {
                if (run.UpdateWaiters.Remove(id, out var waiter))
                {
                    waiter.Fail(error);
                }
            }

            foreach (var e in transition.Events)
            {
                if (e.EventType == EventType.WorkflowExecutionUpdateAccepted &&
                    run.UpdateWaiters.TryGetValue(e.WorkflowExecutionUpdateAcceptedEventAttributes.ProtocolInstanceId, out var accepted))
                {
                    accepted.Accepted.TrySetResult();
                }
                else if (e.EventType == EventType.WorkflowExecutionUpdateCompleted &&
                    run.UpdateWaiters.Remove(e.WorkflowExecutionUpdateCompletedEventAttributes.Meta.UpdateId, out var completed))
                {
                    completed.Complete(e.WorkflowExecutionUpdateCompletedEventAttributes.Outcome);
                }
            }

            if (transition.Closed)
            {
                foreach (var waiter in run.UpdateWaiters.Values)
                {
                    waiter.Complete(AcceptedAndLeft);
                }

                run.UpdateWaiters.Clear();
            }
        }
    }
}
