using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility;

/// <summary>What lists, counts and queries see of a run.</summary>
internal sealed record VisibilityRow
{
    public required string NamespaceId { get; init; }

    public required string WorkflowId { get; init; }

    public required string RunId { get; init; }

    public required string WorkflowType { get; init; }

    public required string TaskQueue { get; init; }

    public required WorkflowExecutionStatus Status { get; init; }

    public required DateTime StartTime { get; init; }

    public required DateTime ExecutionTime { get; init; }

    public DateTime? CloseTime { get; init; }

    public long HistoryLength { get; init; }

    public long HistorySizeBytes { get; init; }

    public long TransitionCount { get; init; }

    public string ParentWorkflowId { get; init; } = "";

    public string ParentRunId { get; init; } = "";

    public string ParentNamespaceId { get; init; } = "";

    public string RootWorkflowId { get; init; } = "";

    public string RootRunId { get; init; } = "";

    public string FirstRunId { get; init; } = "";

    public string StartRequestId { get; init; } = "";

    public Memo Memo { get; init; } = new();

    public SearchAttributes SearchAttributes { get; init; } = new();

    public Priority? Priority { get; init; }
}
