using Temporal.DevServer.Frontend;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Workflow.V1;

namespace Temporal.DevServer.History;

/// <content>What clients change of a run from outside: its options, and whether it goes on.</content>
internal sealed partial class RunTransition
{
    /// <summary>Takes the named options over; nothing is written when nothing changes. Returns all options as they are then.</summary>
    public WorkflowExecutionOptions ChangeOptions(WorkflowExecutionOptions given, IReadOnlyCollection<string> fields, string identity)
    {
        var before = new WorkflowExecutionOptions { VersioningOverride = State.VersioningOverride, Priority = State.Priority };
        var merged = before.Clone();
        foreach (var field in fields)
        {
            Merge(merged, given, field);
        }

        if (!merged.Equals(before))
        {
            Receive(new HistoryEvent
            {
                EventType = EventType.WorkflowExecutionOptionsUpdated,
                WorkerMayIgnore = true,
                WorkflowExecutionOptionsUpdatedEventAttributes = new()
                {
                    VersioningOverride = merged.VersioningOverride,
                    UnsetVersioningOverride = merged.VersioningOverride is null,
                    Priority = merged.Priority,
                    Identity = identity,
                },
            });
            TouchVisibility();
        }

        return merged;
    }

    /// <summary>No more tasks for workers until the workflow goes on; one that is out may come back.</summary>
    public void Pause(string identity, string reason, string requestId)
    {
        if (State.Paused is { } pause)
        {
            if (pause.RequestId.Length > 0 && pause.RequestId == requestId)
            {
                return;
            }

            throw ServiceErrors.FailedPrecondition("workflow is already paused.");
        }

        Append(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionPaused,
            WorkerMayIgnore = true,
            WorkflowExecutionPausedEventAttributes = new() { Identity = identity, Reason = reason, RequestId = requestId },
        });
        TouchVisibility();
    }

    /// <summary>The workflow goes on: everything that waited for a worker is offered again.</summary>
    public void Unpause(string identity, string reason, string requestId)
    {
        if (State.Paused is null)
        {
            throw ServiceErrors.FailedPrecondition("workflow is not paused.");
        }

        Append(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionUnpaused,
            WorkerMayIgnore = true,
            WorkflowExecutionUnpausedEventAttributes = new() { Identity = identity, Reason = reason, RequestId = requestId },
        });
        foreach (var activity in State.Activities.Values.Where(a => a is { IsStarted: false, Pause: null, NextAttemptTime: null }))
        {
            DispatchActivity(activity);
        }

        if (State.WorkflowTask is { IsStarted: false })
        {
            DispatchWorkflowTask();
        }
        else if (!State.BackingOff)
        {
            ScheduleWorkflowTask();
        }

        TouchVisibility();
    }

    private static void Merge(WorkflowExecutionOptions merged, WorkflowExecutionOptions given, string field)
    {
        switch (field)
        {
            case "versioningOverride":
                merged.VersioningOverride = given.VersioningOverride;
                break;
            case "priority":
                merged.Priority = given.Priority;
                break;
            case "priority.priorityKey":
                (merged.Priority ??= new Priority()).PriorityKey = given.Priority?.PriorityKey ?? 0;
                break;
            case "priority.fairnessKey":
                (merged.Priority ??= new Priority()).FairnessKey = given.Priority?.FairnessKey ?? "";
                break;
            case "priority.fairnessWeight":
                (merged.Priority ??= new Priority()).FairnessWeight = given.Priority?.FairnessWeight ?? 0;
                break;
            case "versioningOverride.deployment" or "versioningOverride.behavior":
                throw ServiceErrors.InvalidArgument("error applying update_options: versioning_override fields must be updated together");
            default:
                throw field.StartsWith("versioningOverride.", StringComparison.Ordinal)
                    ? ServiceErrors.InvalidArgument("error applying update_options: versioning_override doesn't support partial updates")
                    : ServiceErrors.Unimplemented($"UpdateWorkflowExecutionOptions: option '{field}' is not supported by this server");
        }
    }
}
