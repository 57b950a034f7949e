using Temporal.DevServer.Frontend;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Temporal.DevServer.History;

/// <summary>Fills what a continue-as-new command leaves open from the run, and refuses what makes no sense.</summary>
internal static class ContinueAsNewCheck
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadContinueAsNewAttributes;
    private const string Name = "ContinueAsNewWorkflowExecutionCommand";

    public static ContinueAsNewWorkflowExecutionCommandAttributes Normalise(
        ContinueAsNewWorkflowExecutionCommandAttributes? attributes, RunState state, ServerLimits limits)
    {
        var given = CommandValidation.Required(attributes, Bad, "ContinueAsNewWorkflowExecution").Clone();
        if (string.IsNullOrEmpty(given.WorkflowType?.Name))
        {
            given.WorkflowType = new WorkflowType { Name = state.Start.WorkflowType.Name };
        }

        if (CommandValidation.Bytes(given.WorkflowType.Name) is var length && length > limits.IdLength)
        {
            throw new WorkflowTaskRejectedException(
                Bad, $"WorkflowType on {Name} exceeds length limit. WorkflowType={given.WorkflowType.Name} Length={length} Limit={limits.IdLength}");
        }

        var queue = string.IsNullOrEmpty(given.TaskQueue?.Name) ? state.TaskQueue : given.TaskQueue.Name;
        given.TaskQueue = new TaskQueue { Name = queue, Kind = TaskQueueKind.Normal };
        var named = $"WorkflowType={given.WorkflowType.Name} TaskQueue=name:\"{queue}\" kind:TASK_QUEUE_KIND_NORMAL";
        foreach (var (value, field) in new[]
        {
            (given.WorkflowRunTimeout, "WorkflowRunTimeout"), (given.WorkflowTaskTimeout, "WorkflowTaskTimeout"), (given.BackoffStartInterval, "BackoffStartInterval"),
        })
        {
            if (Durations.IsNegative(value))
            {
                throw new WorkflowTaskRejectedException(Bad, $"Invalid {field} on {Name}: negative duration. {named}");
            }
        }

        try
        {
            RetryPolicies.Validate(given.RetryPolicy);
        }
        catch (ServiceException e)
        {
            throw new WorkflowTaskRejectedException(Bad, $"invalid WorkflowRetryPolicy on {Name}: {e.Message}. {named}");
        }

        CommandValidation.CheckSize(given.Input, limits.BlobSize, Bad, "ContinueAsNewWorkflowExecutionCommandAttributes. Input");
        CommandValidation.CheckSize(given.Memo, limits.MemoSize, Bad, "ContinueAsNewWorkflowExecutionCommandAttributes. Memo");
        var run = Durations.Of(given.WorkflowRunTimeout);
        run = run == TimeSpan.Zero ? Durations.Of(state.Start.WorkflowRunTimeout) : run;
        given.WorkflowRunTimeout = Durations.Wire(Durations.Of(state.Start.WorkflowExecutionTimeout) is { Ticks: > 0 } whole ? Durations.Tighter(run, whole) : run);
        var task = Durations.Of(given.WorkflowTaskTimeout);
        given.WorkflowTaskTimeout = task == TimeSpan.Zero ? state.Start.WorkflowTaskTimeout : Durations.Wire(task);
        if (given.RetryPolicy is not null)
        {
            given.RetryPolicy = RetryPolicies.WithDefaults(given.RetryPolicy);
        }

        return given;
    }
}
