using Temporalio.Exceptions;

namespace Temporalio.Worker.Instances;

/// <summary>
/// Runs the tasks of one workflow: first in, first out, on whatever single thread drives the activation. User code never runs inline. A task queued by
/// another thread means that the code waited for something outside of the workflow.
/// </summary>
internal sealed class WorkflowScheduler(WorkflowInstance instance) : TaskScheduler
{
    private static readonly object InlineMark = new();

    private readonly Queue<Task> _tasks = new();

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs queued tasks until none is left.</summary>
    public void Drain()
    {
        while (_tasks.TryDequeue(out var task))
        {
            TryExecuteTask(task);
        }
    }

    /// <summary>Runs an action in the turn in which a task ends, instead of in one of its own.</summary>
    public void RunInline(Task after, Action<Task> action) => after.ContinueWith(
        (ended, _) => action(ended), InlineMark, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, this);

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        if (!ReferenceEquals(WorkflowInstance.CurrentOrNull, instance))
        {
            instance.NoteForeignThread(new InvalidWorkflowSchedulerException(
                $"Workflow '{instance.Info.WorkflowType}' (id '{instance.Info.WorkflowId}', run '{instance.Info.RunId}') was continued from "
                + "outside of its own scheduler.\nHelp: a workflow may wait for Workflow.* calls only, never for Task.Run, Task.Delay, timers or I/O.",
                Environment.StackTrace));
            return;
        }

        _tasks.Enqueue(task);
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        ReferenceEquals(task.AsyncState, InlineMark) && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => _tasks.ToArray();
}
