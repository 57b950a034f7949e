using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.History;

/// <summary>A completion cannot be taken: nothing of it counts, and the workflow task fails with the cause.</summary>
internal sealed class WorkflowTaskRejectedException(WorkflowTaskFailedCause cause, string reason, bool terminates = false) : Exception(reason)
{
    public WorkflowTaskFailedCause Cause { get; } = cause;

    /// <summary>The run is terminated as well (payloads that are too large).</summary>
    public bool Terminates { get; } = terminates;

    /// <summary>What both the failed event and the caller are told.</summary>
    public string Text => Cause == WorkflowTaskFailedCause.UnhandledCommand && Message.Length == 0 ? "UnhandledCommand" : $"{Cause}: {Message}";
}
