using Orchestrator.Activities.Contracts;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Running;

/// <summary>
/// Waits, as the current activity, for a workflow that somebody else has started. An attempt looks once and fails while that workflow goes on, so that the service asks again: an activity
/// that stayed would keep a place of the worker from the very steps that it waits for.
/// </summary>
internal static class OtherWork
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(15);

    /// <summary>The newest run of a workflow once it has ended; null when the service knows none.</summary>
    /// <param name="workflowId">The workflow.</param>
    /// <exception cref="ApplicationFailureException">It goes on.</exception>
    public static async Task<WorkflowHandle?> EndedAsync(string workflowId)
    {
        var context = ActivityExecutionContext.Current;
        try
        {
            var seen = await context.TemporalClient.GetWorkflowHandle(workflowId).DescribeAsync(new() { Rpc = new RpcOptions { CancellationToken = context.CancellationToken } });
            return seen.Status is not WorkflowExecutionStatus.Running
                ? context.TemporalClient.GetWorkflowHandle(workflowId, seen.RunId)
                : throw new ApplicationFailureException($"'{workflowId}' goes on.", ErrorTypes.GoesOn, nextRetryDelay: DelayAfter(context.Info.Attempt), category: ApplicationErrorCategory.Benign);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>A quarter of the time that it has waited so far, within bounds: an end is seen soon after a short wait, and a long one asks seldom.</summary>
    private static TimeSpan DelayAfter(int attempt) => TimeSpan.FromTicks((long)Math.Min(Latest.Ticks, Soonest.Ticks * Math.Pow(1.25, attempt - 1)));
}
