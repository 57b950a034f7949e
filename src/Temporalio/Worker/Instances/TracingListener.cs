using System.Diagnostics.Tracing;
using Temporalio.Exceptions;

namespace Temporalio.Worker.Instances;

/// <summary>
/// Notices calls of workflow code into other schedulers while they happen: tasks scheduled elsewhere (<c>Task.Run</c>), timers
/// (<c>Task.Delay</c>, <c>CancelAfter</c>) and hand-overs to other threads. One listener serves the whole process.
/// </summary>
internal sealed class TracingListener : EventListener
{
    private const string TaskSource = "System.Threading.Tasks.TplEventSource";
    private const string FrameworkSource = "System.Diagnostics.Eventing.FrameworkEventSource";
    private const EventKeywords TaskTransfer = (EventKeywords)1;
    private const EventKeywords ThreadTransfer = (EventKeywords)0x10;
    private const int TaskScheduled = 7;
    private const int TaskWaitBegin = 10;
    private const int ThreadTransferSend = 150;

    private static readonly Lazy<TracingListener> Shared = new();

    /// <summary>Switches the listener on, for good.</summary>
    public static void Enable() => _ = Shared.Value;

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        switch (eventSource.Name)
        {
            case TaskSource:
                EnableEvents(eventSource, EventLevel.Informational, TaskTransfer);
                break;
            case FrameworkSource:
                EnableEvents(eventSource, EventLevel.Informational, ThreadTransfer);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (WorkflowInstance.CurrentOrNull is not { TracesCalls: true } instance)
        {
            return;
        }

        switch (eventData.EventId)
        {
            case TaskScheduled when eventData.EventSource.Name == TaskSource
                && eventData.Payload is [int scheduler, ..] && scheduler != instance.SchedulerId:
                Report(instance, "a task was scheduled on another task scheduler");
                break;
            case TaskWaitBegin when eventData.EventSource.Name == TaskSource
                && eventData.Payload is [_, _, _, 1, ..]:
                Report(instance, "a task was waited for by blocking the thread");
                break;
            case ThreadTransferSend when eventData.EventSource.Name == FrameworkSource:
                Report(instance, "a timer was started or work was handed to another thread");
                break;
        }
    }

    private static void Report(WorkflowInstance instance, string what) => instance.NoteForeignThread(new InvalidWorkflowSchedulerException(
        $"Workflow '{instance.Info.WorkflowType}' (id '{instance.Info.WorkflowId}', run '{instance.Info.RunId}') left its scheduler: {what}.\n"
        + "Help: use Workflow.RunTaskAsync for Task.Run, Workflow.DelayAsync for Task.Delay and timers, Workflow.Semaphore for SemaphoreSlim, and "
        + "no ConfigureAwait(false).",
        Environment.StackTrace));
}
