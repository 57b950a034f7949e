using Orchestrator.Activities.Contracts;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <content>
/// A run that was started under another id than its partition's, by a client that gave none or by a schedule, which adds its time: the partition's own run does the work, so that there is never
/// more than one.
/// </content>
public sealed partial class PipelineRunWorkflow
{
    /// <summary>A longer id is that of no partition, and some services do not store it: the plan refuses it.</summary>
    private const int LongestId = 255;

    private static readonly SearchAttributeKey<string> ScheduledBy = SearchAttributeKey.CreateKeyword("TemporalScheduledById");

    private static bool IsElsewhere(RunRequest request) => request.WorkflowId is { Length: <= LongestId } id && Workflow.Info.WorkflowId != id;

    /// <summary>Starts the partition's run, or attaches to it, and ends as it does.</summary>
    private async Task<RunResult> AttachAsync(RunRequest request)
    {
        _step = $"runs as {request.WorkflowId}";
        Workflow.CurrentDetails = $"**Runs as** `{request.WorkflowId}`, like every run of this partition: look, decide and cancel there.\n";
        try
        {
            return await Workflow.ExecuteChildWorkflowAsync<RunResult>(
                "PipelineRun",
                [request],
                new ChildWorkflowOptions
                {
                    Id = request.WorkflowId,
                    ParentClosePolicy = ParentClosePolicy.Abandon,
                    CancellationType = ChildWorkflowCancellationType.WaitCancellationCompleted,
                    StaticSummary = $"{request.Pipeline} {request.Partition}",
                    Memo = new Dictionary<string, object> { ["by"] = Workflow.TypedSearchAttributes.ContainsKey(ScheduledBy) ? "schedule" : "manual" },
                });
        }
        catch (WorkflowAlreadyStartedException)
        {
            // Whoever was first: its outcome is as good as our own.
            var result = await Workflow.ExecuteActivityAsync((IBackfillActivities a) => a.AwaitRunAsync(request), Steps.AwaitRun);
            return result.Status is not RunStatus.Failed ? result : throw new ApplicationFailureException(result.Reason ?? "It failed.", ErrorTypes.OtherRun, nonRetryable: true);
        }
    }
}
