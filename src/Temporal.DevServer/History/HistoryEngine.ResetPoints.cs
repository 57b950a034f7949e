using Temporal.DevServer.Frontend;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <content>Where a run can be reset to, by description.</content>
internal sealed partial class HistoryEngine
{
    /// <summary>
    /// The completion of the run's first or last workflow task; when none was completed, the place where the first one's would stand.
    /// </summary>
    public Task<long> FindWorkflowTaskAsync(string namespaceId, WorkflowExecution target, bool first) =>
        ReadAsync(namespaceId, target.WorkflowId, target.RunId, run =>
        {
            var tasks = run.Log.All.Where(e => e.EventType == EventType.WorkflowTaskCompleted);
            var task = first ? tasks.FirstOrDefault() : tasks.LastOrDefault();
            return task?.EventId ??
                run.Log.All.FirstOrDefault(e => e.EventType == EventType.WorkflowTaskScheduled)?.EventId + 1 ??
                throw ServiceErrors.InvalidArgument("unable to find any scheduled or completed task");
        });

    /// <summary>The run and its first workflow task that workers of the build completed.</summary>
    public Task<(string RunId, long EventId)> FindResetPointAsync(string namespaceId, WorkflowExecution target, string buildId, bool currentRunOnly) =>
        ReadAsync(namespaceId, target.WorkflowId, target.RunId, run =>
        {
            var point = run.State.ResetPoints.FirstOrDefault(p => p.BuildId == buildId) ??
                throw ServiceErrors.InvalidArgument($"no reset point found for build id {buildId}");
            return currentRunOnly && point.RunId != run.State.RunId
                ? throw ServiceErrors.InvalidArgument($"reset point for build id {buildId} found in run {point.RunId}, expected current run {run.State.RunId}")
                : (point.RunId, point.FirstWorkflowTaskCompletedId);
        });
}
