using Temporal.DevServer.Frontend;
using Temporal.DevServer.Timers;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Temporal.DevServer.History;

/// <summary>Turns a start-child command into what the Initiated event shows.</summary>
internal static class StartChildCheck
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadStartChildExecutionAttributes;
    private const string Name = "StartChildWorkflowExecutionCommand";

    public static StartChildWorkflowExecutionInitiatedEventAttributes Normalise(
        StartChildWorkflowExecutionCommandAttributes given, long completedId, RunState state, ServerLimits limits, CommandContext context)
    {
        var ns = given.Namespace.Length == 0 ? state.Namespace : given.Namespace;
        var namespaceId = context.NamespaceId(ns);
        CheckNames(given, ns, limits);
        var named = $"WorkflowId={given.WorkflowId} WorkflowType={given.WorkflowType.Name} Namespace={ns}";
        foreach (var (value, field) in new[]
        {
            (given.WorkflowExecutionTimeout, "WorkflowExecutionTimeout"), (given.WorkflowRunTimeout, "WorkflowRunTimeout"),
            (given.WorkflowTaskTimeout, "WorkflowTaskTimeout"),
        })
        {
            if (Durations.IsNegative(value))
            {
                throw new WorkflowTaskRejectedException(Bad, $"Invalid {field} on {Name}: negative duration. {named}");
            }
        }

        CheckPolicies(given, named);
        CommandValidation.CheckSize(given.Input, limits.BlobSize, Bad, "StartChildWorkflowExecutionCommandAttributes. Input");
        CommandValidation.CheckSize(given.Memo, limits.MemoSize, Bad, "StartChildWorkflowExecutionCommandAttributes. Memo");
        var execution = Durations.Of(given.WorkflowExecutionTimeout);
        var run = Durations.Tighter(Durations.Of(given.WorkflowRunTimeout), execution);
        var task = Durations.Of(given.WorkflowTaskTimeout);
        return new StartChildWorkflowExecutionInitiatedEventAttributes
        {
            Namespace = ns,
            NamespaceId = namespaceId,
            WorkflowId = given.WorkflowId,
            WorkflowType = given.WorkflowType,
            TaskQueue = new TaskQueue
            {
                Name = string.IsNullOrEmpty(given.TaskQueue?.Name) ? state.TaskQueue : given.TaskQueue.Name,
                Kind = TaskQueueKind.Normal,
            },
            Input = given.Input,
            WorkflowExecutionTimeout = given.WorkflowExecutionTimeout,
            WorkflowRunTimeout = Durations.Wire(run),
            WorkflowTaskTimeout = Durations.Wire(Durations.Tighter(task == TimeSpan.Zero ? StartDefaults.TaskTimeout : task, run)),
            ParentClosePolicy = given.ParentClosePolicy == ParentClosePolicy.Unspecified ? ParentClosePolicy.Terminate : given.ParentClosePolicy,
            Control = given.Control,
            WorkflowTaskCompletedEventId = completedId,
            WorkflowIdReusePolicy = given.WorkflowIdReusePolicy == WorkflowIdReusePolicy.Unspecified
                ? WorkflowIdReusePolicy.AllowDuplicate
                : given.WorkflowIdReusePolicy,
            RetryPolicy = given.RetryPolicy is null ? null : RetryPolicies.WithDefaults(given.RetryPolicy),
            CronSchedule = given.CronSchedule,
            Header = given.Header,
            Memo = given.Memo is { Fields.Count: > 0 } ? given.Memo : null,
            SearchAttributes = given.SearchAttributes,
            InheritBuildId = given.InheritBuildId,
            Priority = given.Priority,
        };
    }

    private static void CheckNames(StartChildWorkflowExecutionCommandAttributes given, string ns, ServerLimits limits)
    {
        if (given.WorkflowId.Length == 0)
        {
            throw new WorkflowTaskRejectedException(
                Bad, $"Required field WorkflowId is not set on {Name}. WorkflowType={given.WorkflowType?.Name} Namespace={ns}");
        }

        if (string.IsNullOrEmpty(given.WorkflowType?.Name))
        {
            throw new WorkflowTaskRejectedException(Bad, $"Required field WorkflowType is not set on {Name}. WorkflowId={given.WorkflowId} Namespace={ns}");
        }

        if (CommandValidation.Bytes(given.WorkflowId) is var id && id > limits.IdLength)
        {
            throw new WorkflowTaskRejectedException(
                Bad,
                $"WorkflowId on {Name} exceeds length limit. WorkflowId={given.WorkflowId} Length={id} Limit={limits.IdLength} WorkflowType={given.WorkflowType.Name} Namespace={ns}");
        }

        if (CommandValidation.Bytes(given.WorkflowType.Name) is var type && type > limits.IdLength)
        {
            throw new WorkflowTaskRejectedException(
                Bad,
                $"WorkflowType on {Name} exceeds length limit. WorkflowId={given.WorkflowId} WorkflowType={given.WorkflowType.Name} Length={type} Limit={limits.IdLength} Namespace={ns}");
        }
    }

    private static void CheckPolicies(StartChildWorkflowExecutionCommandAttributes given, string named)
    {
        try
        {
            RetryPolicies.Validate(given.RetryPolicy);
        }
        catch (ServiceException e)
        {
            throw new WorkflowTaskRejectedException(Bad, $"invalid WorkflowRetryPolicy on {Name}: {e.Message}. {named}");
        }

        try
        {
            CronSchedule.Validate(given.CronSchedule);
        }
        catch (ServiceException e)
        {
            throw new WorkflowTaskRejectedException(Bad, $"invalid CronSchedule on {Name}: {e.Message}. {named}");
        }
    }
}
