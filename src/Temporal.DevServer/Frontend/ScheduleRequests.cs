using Temporal.DevServer.History;
using Temporal.DevServer.Schedules;
using Temporal.DevServer.Schedules.Spec;
using Temporal.DevServer.Visibility;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Checks requests about schedules, in the real server's order and with its texts, and completes what they leave out.</summary>
internal sealed class ScheduleRequests(NamespaceRegistry namespaces, RequestChecks checks, ServerLimits limits)
{
    private const int LongestNote = 1000;

    /// <summary>What a schedule adds to the workflow ids of its actions: a dash and a time in seconds.</summary>
    private const int TimeSuffix = 21;

    private static readonly HashSet<string> OwnAttributes = new(["TemporalSchedulePaused", "TemporalNamespaceDivision"], StringComparer.Ordinal);

    /// <summary>The namespace of a call that names a schedule; null leaves the check of the name for later.</summary>
    public NamespaceEntry Namespace(string name, string? scheduleId)
    {
        var ns = namespaces.Get(name);
        return scheduleId is not "" ? ns : throw ServiceErrors.InvalidArgument("Can't load workflow execution.  WorkflowId not set.");
    }

    /// <summary>Checks a creation.</summary>
    /// <returns>The schedule's own search attributes.</returns>
    public SearchAttributes? Check(NamespaceEntry ns, CreateScheduleRequest request)
    {
        CheckLength(ScheduleIndex.WorkflowIdPrefix + request.ScheduleId, 0);
        if (request.RequestId.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("RequestId is not set on request.");
        }

        checks.Length(request.RequestId, "RequestId");
        WireTimes.Check(request);
        CheckSpec(request.Schedule);
        CheckAction(ns, request.Schedule?.Action?.StartWorkflow);
        var attributes = Own(ns, request.SearchAttributes);
        CheckState(request.Schedule);
        checks.BlobSize(request.Schedule);
        return request.Memo is { } memo && memo.CalculateSize() > limits.MemoSize ? throw ServiceErrors.InvalidArgument("Blob data size exceeds limit.") : attributes;
    }

    /// <summary>Checks an update.</summary>
    /// <returns>The search attributes that the schedule is to have.</returns>
    public SearchAttributes? Check(NamespaceEntry ns, UpdateScheduleRequest request)
    {
        WireTimes.Check(request);
        var action = request.Schedule?.Action?.StartWorkflow;
        CheckAction(ns, action);
        CheckSpec(request.Schedule);
        var attributes = Own(ns, request.SearchAttributes);
        if (action is null)
        {
            throw ServiceErrors.InvalidArgument("Only StartWorkflow action is supported for schedules");
        }

        if (request.Memo is not null)
        {
            throw ServiceErrors.FailedPrecondition("memo updates are not supported on workflow-backed schedules");
        }

        CheckState(request.Schedule);
        checks.Length(request.RequestId, "RequestId");
        checks.BlobSize(request.Schedule);
        return attributes;
    }

    /// <summary>Checks a patch.</summary>
    public void Check(PatchScheduleRequest request)
    {
        if (request.Patch is null)
        {
            throw ServiceErrors.InvalidArgument("Patch is not set on request.");
        }

        checks.Length(request.RequestId, "RequestId");
        if (CommandValidation.Bytes(request.Patch.Pause) > LongestNote || CommandValidation.Bytes(request.Patch.Unpause) > LongestNote)
        {
            throw ServiceErrors.InvalidArgument("Schedule notes exceeds limit.");
        }

        WireTimes.Check(request.Patch);
        checks.BlobSize(request.Patch);
    }

    private static void CheckSpec(Schedule? schedule)
    {
        try
        {
            _ = CompiledScheduleSpec.Compile(schedule?.Spec ?? new ScheduleSpec(), TimeZoneDatabase.System);
        }
        catch (ScheduleSpecException e)
        {
            throw ServiceErrors.InvalidArgument(e.Message);
        }
    }

    /// <summary>A real server accepts this and then cannot list the schedule.</summary>
    private static void CheckState(Schedule? schedule)
    {
        if (schedule?.State?.RemainingActions < 0)
        {
            throw ServiceErrors.InvalidArgument("RemainingActions of the schedule cannot be negative.");
        }
    }

    private void CheckAction(NamespaceEntry ns, NewWorkflowExecutionInfo? action)
    {
        if (action is null)
        {
            return;
        }

        CheckLength(action.WorkflowId, TimeSuffix);
        if (string.IsNullOrEmpty(action.WorkflowType?.Name))
        {
            throw ServiceErrors.InvalidArgument("WorkflowType is not set on request.");
        }

        checks.Length(action.WorkflowType.Name, "WorkflowType");
        checks.TaskQueue(action.TaskQueue);
        action.TaskQueue = new TaskQueue { Name = action.TaskQueue.Name, Kind = TaskQueueKind.Normal };
        foreach (var (value, field) in new[]
        {
            (action.WorkflowExecutionTimeout, "WorkflowExecutionTimeout"), (action.WorkflowRunTimeout, "WorkflowRunTimeout"), (action.WorkflowTaskTimeout, "WorkflowTaskTimeout"),
        })
        {
            if (Durations.IsNegative(value))
            {
                throw ServiceErrors.InvalidArgument($"An invalid {field}Seconds is set on request. cause: negative duration");
            }
        }

        if (action.CronSchedule.Length > 0)
        {
            throw ServiceErrors.InvalidArgument("Scheduled workflow must not contain CronSchedule");
        }

        if (action.WorkflowIdReusePolicy is not (WorkflowIdReusePolicy.Unspecified or WorkflowIdReusePolicy.AllowDuplicate))
        {
            throw ServiceErrors.InvalidArgument("Scheduled workflow must not contain WorkflowIDReusePolicy");
        }

        action.SearchAttributes = SearchAttributeValues.Typed(action.SearchAttributes, ns.Name, ns.SearchAttributes);
    }

    private void CheckLength(string workflowId, int more)
    {
        if (CommandValidation.Bytes(workflowId) + more is var length && length > limits.IdLength)
        {
            throw ServiceErrors.InvalidArgument($"WorkflowId exceeds maximum allowed length ({length}/{limits.IdLength})");
        }
    }

    /// <summary>The attributes with their types, without those that the schedule sets itself and without nulls.</summary>
    private static SearchAttributes? Own(NamespaceEntry ns, SearchAttributes? given)
    {
        if (SearchAttributeValues.Typed(given, ns.Name, ns.SearchAttributes) is not { IndexedFields.Count: > 0 } typed)
        {
            return null;
        }

        var own = new SearchAttributes();
        foreach (var (name, value) in typed.IndexedFields)
        {
            if (!OwnAttributes.Contains(name) && !PayloadJson.IsNull(value))
            {
                own.IndexedFields[name] = value;
            }
        }

        return own.IndexedFields.Count > 0 ? own : null;
    }
}
