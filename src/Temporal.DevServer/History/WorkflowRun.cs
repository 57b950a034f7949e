using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <summary>A run in memory: its state, its events, and who waits for it. Guarded by its entity's lock.</summary>
internal sealed class WorkflowRun(WorkflowEntity entity, RunState state)
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkflowEntity Entity { get; } = entity;

    public RunState State { get; set; } = state;

    public EventLog Log { get; } = new();

    /// <summary>Completes when everything in <see cref="State"/> is durable.</summary>
    public Task LastCommit { get; set; } = Task.CompletedTask;

    /// <summary>Queries that wait for a workflow task.</summary>
    public List<PendingQuery> Queries { get; } = [];

    /// <summary>Who waits for which update.</summary>
    public Dictionary<string, UpdateWaiter> UpdateWaiters { get; } = new(StringComparer.Ordinal);

    /// <summary>When the run stands in the server's timer queue; only that queue touches it.</summary>
    public DateTime? QueuedDeadline { get; set; }

    /// <summary>Completes at the next durable change.</summary>
    public Task Changed => _changed.Task;

    public void SignalChange()
    {
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
