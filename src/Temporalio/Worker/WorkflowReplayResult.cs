using Temporalio.Common;

namespace Temporalio.Worker;

/// <summary>What became of replaying a history.</summary>
/// <param name="History">The history.</param>
/// <param name="ReplayFailure">Why the code does not fit the history; null when it does.</param>
public record WorkflowReplayResult(WorkflowHistory History, Exception? ReplayFailure);
