using Temporal.DevServer.Storage;

namespace Temporal.DevServer.History;

/// <summary>A run in memory: its state, its events, and who waits for it. Guarded by its entity's lock.</summary>
internal sealed class WorkflowRun(WorkflowEntity entity, RunState state)
{
    private TaskCompletionSource? _changed;

    public WorkflowEntity Entity { get; } = entity;

    public RunState State { get; set; } = state;

    public EventLog Log { get; } = new();

    /// <summary>Completes when everything in <see cref="State"/> is durable.</summary>
    public Task LastCommit { get; set; } = Task.CompletedTask;

    /// <summary>Queries that wait for a workflow task.</summary>
    public List<PendingQuery> Queries { get; } = [];

    /// <summary>Who waits for which update.</summary>
    public Dictionary<string, UpdateWaiter> UpdateWaiters { get; } = new(StringComparer.Ordinal);

    /// <summary>Completes at the next durable change.</summary>
    public Task Changed => (_changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>How the timer queue and the store know the run.</summary>
    public RunKey Key => field ??= new(State.StoreId, State.NamespaceId, State.WorkflowId, State.RunId);

    /// <summary>
    /// Everything that is known of the run is in the store, and nobody waits for it: it can be loaded again when it is needed. Updates
    /// that were not accepted, and the task that carries them, are only in memory.
    /// </summary>
    public bool CanLeaveMemory =>
        LastCommit.IsCompletedSuccessfully && _changed is null && Queries.Count == 0 && UpdateWaiters.Count == 0 &&
        State.WorkflowTask is not { Kind: WorkflowTaskKind.Speculative } && !State.Updates.Values.Any(u => u.Stage < WorkflowUpdateStage.Accepted);

    public void SignalChange()
    {
        var changed = _changed;
        _changed = null;
        changed?.SetResult();
    }
}
