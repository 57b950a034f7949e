using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <summary>A child whose start was initiated and whose chain has not ended.</summary>
internal sealed record PendingChild(long InitiatedEventId, StartChildWorkflowExecutionInitiatedEventAttributes Initiated)
{
    /// <summary>Empty until the start is recorded.</summary>
    public string RunId { get; init; } = "";

    /// <summary>0 until the Started event has its id.</summary>
    public long StartedEventId { get; init; }

    public bool IsStarted => RunId.Length > 0;
}
