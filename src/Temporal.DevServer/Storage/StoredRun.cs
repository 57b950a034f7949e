using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Storage;

/// <summary>A run as the store knows it, without its events.</summary>
internal sealed record StoredRun(long StoreId, string NamespaceId, string WorkflowId, string RunId, WorkflowExecutionStatus Status)
{
    public string StartRequestId { get; init; } = "";

    /// <summary>The run that a reset began from this one, or empty.</summary>
    public string ResetRunId { get; init; } = "";

    public RunRecord? Record { get; init; }

    public IReadOnlyList<(long ScheduledEventId, ActivityRecord Record)> Activities { get; init; } = [];
}
