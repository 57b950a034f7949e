using Temporalio.Exceptions;

namespace Temporalio.Worker.Instances;

/// <summary>
/// Runs the tasks of one workflow: first in, first out, on whatever single thread drives the activation, never inline. A task queued by
/// another thread means that the code waited for something outside of the workflow.
/// </summary>
internal sealed class WorkflowScheduler(WorkflowInstance instance) : TaskScheduler
{
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

    /// <summary>Whether tasks wait.</summary>
    public bool HasTasks => _tasks.Count > 0;

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
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => _tasks.ToArray();
}
