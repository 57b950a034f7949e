using Temporal.DevServer.Frontend;
using Temporalio.Api.Activity.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Temporal.DevServer.History;

/// <summary>Changes to the options of a pending activity by field mask.</summary>
internal static class ActivityOptionsChange
{
    /// <summary>The activity's options with the named fields taken from the given ones; unknown names are passed over.</summary>
    public static ActivityTaskScheduledEventAttributes Apply(
        PendingActivity activity, ActivityOptions given, IReadOnlyCollection<string> fields, RunState state)
    {
        var merged = activity.Options.Clone();
        merged.RetryPolicy ??= new RetryPolicy();
        foreach (var field in fields)
        {
            Merge(merged, given, field);
        }

        if (fields.Any(f => f.StartsWith("retryPolicy", StringComparison.Ordinal)))
        {
            RetryPolicies.Validate(merged.RetryPolicy);
        }

        foreach (var (value, name) in new[]
        {
            (merged.ScheduleToCloseTimeout, "ScheduleToCloseTimeout"), (merged.ScheduleToStartTimeout, "ScheduleToStartTimeout"),
            (merged.StartToCloseTimeout, "StartToCloseTimeout"), (merged.HeartbeatTimeout, "HeartbeatTimeout"),
        })
        {
            if (Durations.IsNegative(value))
            {
                throw ServiceErrors.InvalidArgument($"invalid {name}: negative duration");
            }
        }

        if (merged.TaskQueue.Name.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("missing task queue name");
        }

        var timeouts = ActivityTimeouts.Resolve(
            Durations.Of(merged.ScheduleToCloseTimeout), Durations.Of(merged.ScheduleToStartTimeout), Durations.Of(merged.StartToCloseTimeout),
            Durations.Of(merged.HeartbeatTimeout), Durations.Of(state.Start.WorkflowRunTimeout)) ?? throw ServiceErrors.InvalidArgument(
                "a valid StartToCloseTimeout or ScheduleToCloseTimeout must be set on the activity. " +
                $"ActivityId={merged.ActivityId} ActivityType={merged.ActivityType.Name}");
        timeouts.WriteTo(merged);
        return merged;
    }

    /// <summary>The options as calls show them.</summary>
    public static ActivityOptions Shown(ActivityTaskScheduledEventAttributes options) => new()
    {
        TaskQueue = new TaskQueue { Name = options.TaskQueue.Name, Kind = TaskQueueKind.Normal },
        ScheduleToCloseTimeout = options.ScheduleToCloseTimeout,
        ScheduleToStartTimeout = options.ScheduleToStartTimeout,
        StartToCloseTimeout = options.StartToCloseTimeout,
        HeartbeatTimeout = options.HeartbeatTimeout,
        RetryPolicy = options.RetryPolicy,
        Priority = options.Priority,
    };

    private static void Merge(ActivityTaskScheduledEventAttributes merged, ActivityOptions given, string field)
    {
        switch (field)
        {
            case "taskQueue.name":
                merged.TaskQueue = new TaskQueue { Name = (given.TaskQueue ?? throw NotProvided("TaskQueue")).Name, Kind = TaskQueueKind.Normal };
                break;
            case "scheduleToCloseTimeout":
                merged.ScheduleToCloseTimeout = given.ScheduleToCloseTimeout;
                break;
            case "scheduleToStartTimeout":
                merged.ScheduleToStartTimeout = given.ScheduleToStartTimeout;
                break;
            case "startToCloseTimeout":
                merged.StartToCloseTimeout = given.StartToCloseTimeout;
                break;
            case "heartbeatTimeout":
                merged.HeartbeatTimeout = given.HeartbeatTimeout;
                break;
            case "priority":
                merged.Priority = given.Priority;
                break;
            case "priority.priorityKey":
                PriorityOf(merged).PriorityKey = (given.Priority ?? throw NotProvided("Priority")).PriorityKey;
                break;
            case "priority.fairnessKey":
                PriorityOf(merged).FairnessKey = (given.Priority ?? throw NotProvided("Priority")).FairnessKey;
                break;
            case "priority.fairnessWeight":
                PriorityOf(merged).FairnessWeight = (given.Priority ?? throw NotProvided("Priority")).FairnessWeight;
                break;
            case "retryPolicy":
                merged.RetryPolicy = RetryPolicies.WithDefaults(given.RetryPolicy ?? throw NotProvided("RetryPolicy"));
                break;
            case "retryPolicy.initialInterval":
                merged.RetryPolicy.InitialInterval = (given.RetryPolicy ?? throw NotProvided("RetryPolicy")).InitialInterval;
                break;
            case "retryPolicy.backoffCoefficient":
                merged.RetryPolicy.BackoffCoefficient = (given.RetryPolicy ?? throw NotProvided("RetryPolicy")).BackoffCoefficient;
                break;
            case "retryPolicy.maximumInterval":
                merged.RetryPolicy.MaximumInterval = (given.RetryPolicy ?? throw NotProvided("RetryPolicy")).MaximumInterval;
                break;
            case "retryPolicy.maximumAttempts":
                merged.RetryPolicy.MaximumAttempts = (given.RetryPolicy ?? throw NotProvided("RetryPolicy")).MaximumAttempts;
                break;
            default:
                break; // a real server passes over what it does not know
        }
    }

    private static Priority PriorityOf(ActivityTaskScheduledEventAttributes merged) => merged.Priority ??= new Priority();

    private static ServiceException NotProvided(string what) => ServiceErrors.InvalidArgument($"{what} is not provided");
}
