using Temporal.DevServer.Frontend;
using Temporal.DevServer.Matching;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;
using PayloadList = Temporalio.Api.Common.V1.Payloads;

namespace Temporal.DevServer.History;

/// <summary>What a start led to.</summary>
internal sealed record StartOutcome(string RunId, string FirstRunId, bool Started, WorkflowExecutionStatus Status)
{
    public PollWorkflowTaskQueueResponse? EagerTask { get; init; }

    /// <summary>The request id was attached to a run that existed.</summary>
    public bool Attached { get; init; }
}

/// <summary>What a caller asks of a start.</summary>
internal sealed record StartOrder(string NamespaceId, string Namespace, string WorkflowId, StartSpec Spec)
{
    public WorkflowIdReusePolicy ReusePolicy { get; init; }

    public WorkflowIdConflictPolicy ConflictPolicy { get; init; }

    public OnConflict? OnConflict { get; init; }

    /// <summary>The worker that asks to have the first task in the answer, or null.</summary>
    public PollerIdentity? EagerWorker { get; init; }
}

/// <summary>What to attach to a run that is running already.</summary>
internal sealed record OnConflict(bool AttachRequestId, IReadOnlyList<Link> Links, string Identity)
{
    public IReadOnlyList<Callback> Callbacks { get; init; } = [];
}

/// <content>Starts, signals, cancel requests, termination.</content>
internal sealed partial class HistoryEngine
{
    /// <summary>Starts a run, or finds out why not, as the policies say.</summary>
    public Task<StartOutcome> StartAsync(StartOrder order) => LockedAsync(order.NamespaceId, order.WorkflowId, entity => Start(entity, order));

    private (StartOutcome Outcome, Task Published) Start(WorkflowEntity entity, StartOrder order)
    {
        var current = CurrentRun(entity);
        if (current is null)
        {
            return Begin(entity, order, terminate: null);
        }

        var state = current.State;
        if (order.Spec.RequestId.Length > 0 && (state.StartRequestId == order.Spec.RequestId || state.RequestIds.ContainsKey(order.Spec.RequestId)) &&
            order.Spec.Signal is null)
        {
            var same = new StartOutcome(state.RunId, state.FirstRunId, state.StartRequestId == order.Spec.RequestId, state.Status);
            if (order.EagerWorker is { } worker && state.WorkflowTask is { IsStarted: true, StartedEventId: 3 } && state.LastCompletedTaskStartedId == 0)
            {
                same = same with { EagerTask = WorkflowTaskResponse(current, fromSticky: false) };
            }

            return (same, current.LastCommit);
        }

        if (state.IsRunning)
        {
            return OnRunning(entity, current, order);
        }

        CheckReuse(state, order.ReusePolicy);
        return Begin(entity, order, terminate: null);
    }

    private (StartOutcome, Task) OnRunning(WorkflowEntity entity, WorkflowRun current, StartOrder order)
    {
        var state = current.State;
        switch (order.ConflictPolicy)
        {
            case WorkflowIdConflictPolicy.TerminateExisting:
                return Begin(entity, order, terminate: current);
            case WorkflowIdConflictPolicy.UseExisting when order.Spec.Signal is { } signal:
                var signaled = new RunTransition(state.Clone(), Now, _limits);
                signaled.Signal(signal, cutsBackoff: true);
                return (new StartOutcome(state.RunId, state.FirstRunId, false, state.ShownStatus), Commit(entity, current, signaled, consumed: 0));
            case WorkflowIdConflictPolicy.UseExisting when order.OnConflict is { AttachRequestId: true } attach:
                var attached = new RunTransition(state.Clone(), Now, _limits);
                attached.AttachRequest(order.Spec.RequestId, attach);
                return (
                    new StartOutcome(state.RunId, state.FirstRunId, false, state.ShownStatus) { Attached = true },
                    Commit(entity, current, attached, consumed: 0));
            case WorkflowIdConflictPolicy.UseExisting:
                return (new StartOutcome(state.RunId, state.FirstRunId, false, state.ShownStatus), current.LastCommit);
            default:
                throw StillRunning(state);
        }
    }

    private static void CheckReuse(RunState last, WorkflowIdReusePolicy policy)
    {
        var ended = last.Status is WorkflowExecutionStatus.Failed or WorkflowExecutionStatus.Canceled or WorkflowExecutionStatus.Terminated or
            WorkflowExecutionStatus.TimedOut;
        if (policy == WorkflowIdReusePolicy.AllowDuplicateFailedOnly && !ended)
        {
            throw ServiceErrors.AlreadyStarted(
                $"Workflow execution already finished successfully. WorkflowId: {last.WorkflowId}, RunId: {last.RunId}. Workflow Id reuse policy: allow duplicate workflow Id if last run failed.",
                last.StartRequestId, last.RunId, last.FirstRunId);
        }

        if (policy == WorkflowIdReusePolicy.RejectDuplicate)
        {
            throw ServiceErrors.AlreadyStarted(
                $"Workflow execution already finished. WorkflowId: {last.WorkflowId}, RunId: {last.RunId}. Workflow Id reuse policy: reject duplicate workflow Id.",
                last.StartRequestId, last.RunId, last.FirstRunId);
        }
    }

    private (StartOutcome, Task) Begin(WorkflowEntity entity, StartOrder order, WorkflowRun? terminate, Temporalio.Api.Update.V1.Request? update = null)
    {
        var begun = RunTransition.Begin(order.NamespaceId, order.Namespace, order.WorkflowId, order.Spec, Now, _limits, _store.NextId());
        if (update is not null)
        {
            begun.AdmitUpdate(update);
        }

        var state = begun.State;
        var outcome = new StartOutcome(state.RunId, state.FirstRunId, true, WorkflowExecutionStatus.Running);
        var eager = order.EagerWorker is { } worker && state.WorkflowTask is { IsStarted: false } task &&
            begun.StartWorkflowTask(task.ScheduledEventId, task.Attempt, order.Spec.RequestId, worker.Identity, worker.BuildId, fromSticky: false);
        if (eager)
        {
            begun.Tasks.Clear();
        }

        Task published;
        if (terminate is null)
        {
            published = CommitNew(entity, begun, consumed: 0);
        }
        else
        {
            var ended = new RunTransition(terminate.State.Clone(), Now, _limits);
            ended.Terminate(
                "TerminateIfRunning WorkflowIdReusePolicy", PayloadJson.Text($"terminated by new runID: {state.RunId}"), "history-service");
            published = Commit(entity, terminate, ended, consumed: 0, alsoBegun: begun);
        }

        return (eager ? outcome with { EagerTask = WorkflowTaskResponse(entity.Current!, fromSticky: false) } : outcome, published);
    }

    public Task SignalAsync(string namespaceId, WorkflowExecution target, SignalSpec signal) =>
        StepAsync(namespaceId, target.WorkflowId, target.RunId, (run, t) =>
        {
            RequireOpen(run);
            t.Signal(signal);
        });

    public Task RequestCancelAsync(string namespaceId, WorkflowExecution target, string firstRunId, string reason, string identity) =>
        StepAsync(namespaceId, target.WorkflowId, target.RunId, (run, t) =>
        {
            CheckChain(run, firstRunId);
            if (run.State.IsRunning)
            {
                t.RequestCancel(new WorkflowExecutionCancelRequestedEventAttributes { Cause = reason, Identity = identity });
            }
        });

    public Task TerminateAsync(
        string namespaceId, WorkflowExecution target, string firstRunId, string reason, PayloadList? details, string identity, IEnumerable<Link>? links = null) =>
        StepAsync(namespaceId, target.WorkflowId, target.RunId, (run, t) =>
        {
            CheckChain(run, firstRunId);
            RequireOpen(run);
            t.Terminate(reason, details, identity, links);
        });

    public Task ResetStickyAsync(string namespaceId, WorkflowExecution target) =>
        StepAsync(namespaceId, target.WorkflowId, target.RunId, (run, t) =>
        {
            RequireOpen(run);
            t.ResetSticky();
        });

    /// <summary>An outside action on an open run.</summary>
    public Task ControlRunAsync(string namespaceId, WorkflowExecution target, Action<WorkflowRun, RunTransition> action) =>
        StepAsync(namespaceId, target.WorkflowId, target.RunId, (run, t) =>
        {
            RequireOpen(run);
            action(run, t);
        });

    private static void RequireOpen(WorkflowRun run)
    {
        if (!run.State.IsRunning)
        {
            throw ServiceErrors.AlreadyCompleted();
        }
    }

    private static void CheckChain(WorkflowRun run, string firstRunId)
    {
        if (firstRunId.Length > 0 && run.State.FirstRunId != firstRunId)
        {
            throw ServiceErrors.ExecutionNotFound();
        }
    }
}
