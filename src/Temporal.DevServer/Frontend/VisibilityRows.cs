using Temporal.DevServer.History;
using Temporal.DevServer.Visibility;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Workflow.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Rows as lists show them.</summary>
internal static class VisibilityRows
{
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
}
