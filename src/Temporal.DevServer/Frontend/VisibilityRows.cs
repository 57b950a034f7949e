using Temporal.DevServer.History;
using Temporal.DevServer.Visibility;
using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Workflow.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Runs as lists and descriptions show them.</summary>
internal static class VisibilityRows
{
    /// <summary>A run that is described: to the nanosecond, attributes as they were given.</summary>
    public static WorkflowExecutionInfo ToInfo(VisibilityRow row)
    {
        var info = new WorkflowExecutionInfo
        {
            Execution = new WorkflowExecution { WorkflowId = row.WorkflowId, RunId = row.RunId },
            Type = new WorkflowType { Name = row.WorkflowType },
            StartTime = Durations.Wire(row.StartTime),
            CloseTime = Durations.Wire(row.CloseTime),
            Status = row.Status,
            HistoryLength = row.HistoryLength,
            ExecutionTime = Durations.Wire(row.ExecutionTime),
            Memo = row.Memo,
            SearchAttributes = row.SearchAttributes,
            TaskQueue = row.TaskQueue,
            StateTransitionCount = row.TransitionCount,
            HistorySizeBytes = row.HistorySizeBytes,
            ExecutionDuration = row.CloseTime is { } closed ? Durations.Wire(closed - row.ExecutionTime) : null,
            RootExecution = new WorkflowExecution { WorkflowId = row.RootWorkflowId, RunId = row.RootRunId },
            Priority = row.Priority,
        };
        if (row.ParentWorkflowId.Length > 0)
        {
            info.ParentExecution = new WorkflowExecution { WorkflowId = row.ParentWorkflowId, RunId = row.ParentRunId };
        }

        return info;
    }

    /// <summary>A run in a list: to the microsecond, attributes as the index has them, without those that were removed from the namespace.</summary>
    public static WorkflowExecutionInfo ToInfo(IndexedRun run, VisibilityRow? stored, SearchAttributeRegistry registry)
    {
        var info = new WorkflowExecutionInfo
        {
            Execution = new WorkflowExecution { WorkflowId = run.WorkflowId, RunId = run.RunId },
            Type = new WorkflowType { Name = run.WorkflowType },
            StartTime = Durations.Wire(run.StartTime),
            CloseTime = Durations.Wire(run.CloseTime),
            Status = run.Status,
            HistoryLength = run.HistoryLength ?? 0,
            ExecutionTime = Durations.Wire(run.ExecutionTime),
            Memo = stored?.Memo ?? new Memo(),
            SearchAttributes = new SearchAttributes { IndexedFields = { SearchAttributePayloads.Write(run.Attributes.Where(a => registry.Settable(a.Key) is not null)) } },
            TaskQueue = run.TaskQueue,
            StateTransitionCount = run.StateTransitionCount ?? 0,
            HistorySizeBytes = run.HistorySizeBytes ?? 0,
            ExecutionDuration = run.ExecutionDurationNanos is { } nanos ? Durations.Wire(TimeSpan.FromTicks(nanos / 100)) : null,
            RootExecution = new WorkflowExecution { WorkflowId = run.RootWorkflowId, RunId = run.RootRunId },
            Priority = stored?.Priority,
        };
        if (run.ParentWorkflowId is not null)
        {
            info.ParentExecution = new WorkflowExecution { WorkflowId = run.ParentWorkflowId, RunId = run.ParentRunId };
        }

        return info;
    }
}
