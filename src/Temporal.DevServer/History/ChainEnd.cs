using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <summary>How a chain of runs ended; an unspecified status stands for one whose last run was deleted.</summary>
internal sealed record ChainEnd(WorkflowExecutionStatus Status, Payloads? Result = null, Failure? Failure = null)
{
    /// <summary>The end that a last run's close is.</summary>
    public static ChainEnd Of(RunState run) => new(
        run.Status,
        run.CloseEvent?.WorkflowExecutionCompletedEventAttributes?.Result,
        run.CloseEvent?.WorkflowExecutionFailedEventAttributes?.Failure);

    /// <summary>The run that a close led to, or empty.</summary>
    public static string NextRunId(HistoryEvent close) =>
        close.WorkflowExecutionContinuedAsNewEventAttributes?.NewExecutionRunId ??
        close.WorkflowExecutionCompletedEventAttributes?.NewExecutionRunId ??
        close.WorkflowExecutionFailedEventAttributes?.NewExecutionRunId ??
        close.WorkflowExecutionTimedOutEventAttributes?.NewExecutionRunId ?? "";
}
