namespace Temporal.DevServer.History;

/// <summary>Who paused a workflow, when and why; asking again with the same request id changes nothing.</summary>
internal sealed record WorkflowPause(DateTime Time, string Identity, string Reason, string RequestId);
