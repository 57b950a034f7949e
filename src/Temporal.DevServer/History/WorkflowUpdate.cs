using Temporalio.Api.Update.V1;

namespace Temporal.DevServer.History;

/// <summary>How far an update came.</summary>
internal enum WorkflowUpdateStage
{
    /// <summary>Waits for a workflow task.</summary>
    Admitted,

    /// <summary>Rides on the started workflow task.</summary>
    Sent,

    /// <summary>The workflow took it on; in history.</summary>
    Accepted,

    /// <summary>Finished; in history.</summary>
    Completed,
}

/// <summary>One update of a run. Admitted and sent ones live in memory only: their caller asks again after a crash.</summary>
internal sealed record WorkflowUpdate(string Id, WorkflowUpdateStage Stage)
{
    public Request? Request { get; init; }

    /// <summary>Order of admission, for the order of messages.</summary>
    public long Sequence { get; init; }

    public long AcceptedEventId { get; init; }

    public long CompletedEventId { get; init; }

    public Outcome? Outcome { get; init; }

    /// <summary>The Admitted event that a reset wrote for it, or 0.</summary>
    public long AdmittedEventId { get; init; }
}
