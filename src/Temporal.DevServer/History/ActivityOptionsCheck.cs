using Temporal.DevServer.Frontend;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Temporal.DevServer.History;

/// <summary>Turns a schedule command into what the Scheduled event shows: checked, with every default filled in.</summary>
internal static class ActivityOptionsCheck
{
    private const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadScheduleActivityAttributes;

    public static ActivityTaskScheduledEventAttributes Normalise(
        ScheduleActivityTaskCommandAttributes given, long completedId, RunState state, ServerLimits limits)
    {
        CheckNames(given, limits);
        var timeouts = ActivityTimeouts.Resolve(
            Durations.Of(given.ScheduleToCloseTimeout), Durations.Of(given.ScheduleToStartTimeout), Durations.Of(given.StartToCloseTimeout),
            Durations.Of(given.HeartbeatTimeout), Durations.Of(state.Start.WorkflowRunTimeout)) ?? throw new WorkflowTaskRejectedException(
                Bad, $"a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the activity. {Named(given)}");
        var scheduled = new ActivityTaskScheduledEventAttributes
        {
            ActivityId = given.ActivityId,
            ActivityType = given.ActivityType,
            TaskQueue = new TaskQueue { Name = given.TaskQueue.Name, Kind = TaskQueueKind.Normal },
            Header = given.Header,
            Input = given.Input,
            WorkflowTaskCompletedEventId = completedId,
            RetryPolicy = RetryPolicies.WithDefaults(given.RetryPolicy),
            UseWorkflowBuildId = given.UseWorkflowBuildId,
            Priority = given.Priority,
        };
        timeouts.WriteTo(scheduled);
        return scheduled;
    }

    private static void CheckNames(ScheduleActivityTaskCommandAttributes given, ServerLimits limits)
    {
        if (given.TaskQueue is null)
        {
            throw new WorkflowTaskRejectedException(Bad, "taskQueue is not set");
        }

        if (given.TaskQueue.Name.Length == 0)
        {
            throw new WorkflowTaskRejectedException(Bad, "missing task queue name");
        }

        if (given.ActivityId.Length == 0)
        {
            throw new WorkflowTaskRejectedException(Bad, $"ActivityId is not set on ScheduleActivityTaskCommand. ActivityType={given.ActivityType?.Name}");
        }

        if (given.ActivityType?.Name is not { Length: > 0 })
        {
            throw new WorkflowTaskRejectedException(Bad, $"ActivityType is not set on ScheduleActivityTaskCommand. ActivityId={given.ActivityId}");
        }

        if (CommandValidation.Bytes(given.ActivityId) is var id && id > limits.IdLength)
        {
            throw new WorkflowTaskRejectedException(
                Bad, $"ActivityId exceeds length limit. {Named(given)} Length={id} Limit={limits.IdLength}");
        }

        if (CommandValidation.Bytes(given.ActivityType.Name) is var type && type > limits.IdLength)
        {
            throw new WorkflowTaskRejectedException(
                Bad, $"ActivityType exceeds length limit. {Named(given)} Length={type} Limit={limits.IdLength}");
        }

        foreach (var (value, name) in new[]
        {
            (given.ScheduleToCloseTimeout, "ScheduleToCloseTimeout"), (given.ScheduleToStartTimeout, "ScheduleToStartTimeout"),
            (given.StartToCloseTimeout, "StartToCloseTimeout"), (given.HeartbeatTimeout, "HeartbeatTimeout"),
        })
        {
            if (Durations.IsNegative(value))
            {
                throw new WorkflowTaskRejectedException(Bad, $"invalid {name}: negative duration. {Named(given)}");
            }
        }

        try
        {
            RetryPolicies.Validate(given.RetryPolicy);
        }
        catch (ServiceException e)
        {
            throw new WorkflowTaskRejectedException(Bad, $"invalid ActivityRetryPolicy: {e.Message}. {Named(given)}");
        }
    }

    private static string Named(ScheduleActivityTaskCommandAttributes given) => $"ActivityId={given.ActivityId} ActivityType={given.ActivityType?.Name}";
}
