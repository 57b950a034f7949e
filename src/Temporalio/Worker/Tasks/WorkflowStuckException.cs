using Temporalio.Workflows;

namespace Temporalio.Worker.Tasks;

/// <summary>An activation did not yield in time.</summary>
internal sealed class WorkflowStuckException(WorkflowInfo info) : Exception(
    $"[TMPRL1101] Potential deadlock: workflow '{info.WorkflowType}' (id '{info.WorkflowId}', run '{info.RunId}') did not yield within "
    + $"{ActivationWatchdog.Limit.TotalSeconds} s.\nHelp: workflow code must not block or compute for long: move that to an activity. "
    + "With a debugger attached, or DebugMode set, there is no limit.");
