using Google.Protobuf.WellKnownTypes;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Workflows;

namespace Temporalio.Worker.Instances;

/// <summary>Reads what a run knows about itself out of its first event.</summary>
internal static class WorkflowInfoReader
{
    /// <summary>The info of a run.</summary>
    public static WorkflowInfo Read(WorkflowInstanceDetails details)
    {
        var start = details.Start;
        var a = start.Attributes;
        var converter = details.DataConverter;
        return new(
            Attempt: a.Attempt,
            ContinuedRunId: TextOrNull(a.ContinuedExecutionRunId),
            CronSchedule: TextOrNull(a.CronSchedule),
            ExecutionTimeout: SpanOrNull(a.WorkflowExecutionTimeout),
            FirstExecutionRunId: a.FirstExecutionRunId,
            Headers: a.Header?.Fields,
            LastFailure: a.ContinuedFailure is { } failure ? converter.FailureConverter.ToException(failure, converter.PayloadConverter) : null,
            LastResult: a.LastCompletionResult is { Payloads_.Count: > 0 } last ? [.. last.Payloads_.Select(p => new RawValue(p))] : null,
            Namespace: details.Namespace,
            Parent: a.ParentWorkflowExecution is { WorkflowId.Length: > 0 } parent
                ? new(a.ParentWorkflowNamespace, parent.RunId, parent.WorkflowId)
                : null,
            Priority: Priority.FromProto(a.Priority),
            RetryPolicy: a.RetryPolicy is { } retry ? RetryPolicy.FromProto(retry) : null,
            Root: a.RootWorkflowExecution is { WorkflowId.Length: > 0 } root ? new(root.RunId, root.WorkflowId) : null,
            RunId: start.RunId,
            RunTimeout: SpanOrNull(a.WorkflowRunTimeout),
            StartTime: start.FirstTaskTime,
            TaskQueue: details.TaskQueue,
            TaskTimeout: a.WorkflowTaskTimeout?.ToTimeSpan() ?? TimeSpan.Zero,
            WorkflowId: start.WorkflowId,
            WorkflowStartTime: start.StartedTime,
            WorkflowType: a.WorkflowType.Name);
    }

    private static string? TextOrNull(string text) => text.Length == 0 ? null : text;

    private static TimeSpan? SpanOrNull(Duration? duration) =>
        duration is null || (duration.Seconds == 0 && duration.Nanos == 0) ? null : duration.ToTimeSpan();
}
