using Temporal.DevServer.History;
using Temporal.DevServer.Matching;
using Temporal.DevServer.Timers;
using Temporal.DevServer.Visibility;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Frontend;

/// <summary>Checks start requests and turns them into orders for the engine.</summary>
internal sealed class StartRequests(NamespaceRegistry namespaces, RequestChecks checks, ServerLimits limits, TimeProvider time)
{
    public StartOrder ToOrder(StartWorkflowExecutionRequest r)
    {
        var ns = Registered(r.Namespace);
        CheckWorkflowId(r.WorkflowId);
        if (string.IsNullOrEmpty(r.WorkflowType?.Name))
        {
            throw ServiceErrors.InvalidArgument("WorkflowType is not set on request.");
        }

        checks.Length(r.WorkflowType.Name, "WorkflowType");
        checks.TaskQueue(r.TaskQueue);
        checks.Length(r.RequestId, "RequestId");
        CheckPriority(r.Priority);
        CheckLinks(r.Links);
        RetryPolicies.Validate(r.RetryPolicy);
        CheckDelay(r.CronSchedule, r.WorkflowStartDelay);
        if (r.OnConflictOptions is { AttachCompletionCallbacks: true, AttachRequestId: false })
        {
            throw ServiceErrors.InvalidArgument("attaching request ID is required for attaching completion callbacks");
        }

        CompletionCallbacks.Check(r.CompletionCallbacks);
        VersioningOverrides.Check(r.VersioningOverride, r.TaskQueue.Name);
        var (reuse, conflict) = Policies(r.WorkflowIdReusePolicy, r.WorkflowIdConflictPolicy);
        checks.BlobSize(r.Input);
        CheckMemo(r.Memo);
        var spec = new StartSpec
        {
            RunId = Guid.CreateVersion7(time.GetUtcNow()).ToString(),
            RequestId = r.RequestId.Length > 0 ? r.RequestId : Guid.NewGuid().ToString(),
            UserMetadata = r.UserMetadata,
            Links = r.Links,
            Attributes = Attributes(
                ns, r.WorkflowId, r.WorkflowType, r.TaskQueue, r.WorkflowExecutionTimeout, r.WorkflowRunTimeout, r.WorkflowTaskTimeout, r.CronSchedule, r.WorkflowStartDelay,
                r.RetryPolicy, r.SearchAttributes),
        };
        spec.Attributes.Input = r.Input;
        spec.Attributes.Identity = r.Identity;
        spec.Attributes.Memo = r.Memo;
        spec.Attributes.Header = r.Header;
        spec.Attributes.Priority = r.Priority;
        spec.Attributes.VersioningOverride = r.VersioningOverride;
        spec.Attributes.CompletionCallbacks.AddRange(r.CompletionCallbacks);
        spec.Attributes.ContinuedFailure = r.ContinuedFailure;
        spec.Attributes.LastCompletionResult = r.LastCompletionResult;
        var eager = r.RequestEagerExecution && r.CronSchedule.Length == 0 && Durations.Of(r.WorkflowStartDelay) == TimeSpan.Zero;
        spec.Attributes.EagerExecutionAccepted = eager;
        SetFirstRun(spec);
        return new StartOrder(ns.Id, ns.Name, r.WorkflowId, spec)
        {
            ReusePolicy = reuse,
            ConflictPolicy = conflict,
            OnConflict = r.OnConflictOptions is { } options ? new OnConflict(options.AttachRequestId, r.Links, r.Identity)
            {
                Callbacks = options.AttachCompletionCallbacks ? r.CompletionCallbacks : [],
            } : null,
            EagerWorker = eager ? new PollerIdentity(r.Identity, "") : null,
        };
    }

    public StartOrder ToOrder(SignalWithStartWorkflowExecutionRequest r)
    {
        var ns = Registered(r.Namespace);
        CheckWorkflowId(r.WorkflowId);
        if (string.IsNullOrEmpty(r.SignalName))
        {
            throw ServiceErrors.InvalidArgument("signal not set");
        }

        if (CommandValidation.Bytes(r.SignalName) is var length && length > limits.IdLength)
        {
            throw ServiceErrors.InvalidArgument($"signal name exceeds maximum allowed length ({length}/{limits.IdLength})");
        }

        if (string.IsNullOrEmpty(r.WorkflowType?.Name))
        {
            throw ServiceErrors.InvalidArgument("workflow type not set");
        }

        checks.Length(r.WorkflowType.Name, "WorkflowType");
        checks.TaskQueue(r.TaskQueue);
        checks.Length(r.RequestId, "RequestId");
        checks.Length(r.Identity, "Identity");
        CheckPriority(r.Priority);
        CheckLinks(r.Links);
        RetryPolicies.Validate(r.RetryPolicy);
        CheckDelay(r.CronSchedule, r.WorkflowStartDelay);
        VersioningOverrides.Check(r.VersioningOverride, r.TaskQueue.Name);
        if (r.WorkflowIdConflictPolicy == WorkflowIdConflictPolicy.Fail)
        {
            throw ServiceErrors.InvalidArgument("Invalid WorkflowIDConflictPolicy: WORKFLOW_ID_CONFLICT_POLICY_FAIL is not supported for this operation.");
        }

        var (reuse, conflict) = Policies(
            r.WorkflowIdReusePolicy,
            r.WorkflowIdConflictPolicy == WorkflowIdConflictPolicy.Unspecified && r.WorkflowIdReusePolicy != TerminateIfRunning
                ? WorkflowIdConflictPolicy.UseExisting
                : r.WorkflowIdConflictPolicy);
        checks.BlobSize(r.Input, r.SignalInput);
        CheckMemo(r.Memo);
        var spec = new StartSpec
        {
            RunId = Guid.CreateVersion7(time.GetUtcNow()).ToString(),
            RequestId = r.RequestId.Length > 0 ? r.RequestId : Guid.NewGuid().ToString(),
            UserMetadata = r.UserMetadata,
            Links = r.Links,
            Signal = new SignalSpec(r.SignalName, r.SignalInput, r.Identity, r.Header, r.RequestId) { Links = r.Links },
            Attributes = Attributes(
                ns, r.WorkflowId, r.WorkflowType, r.TaskQueue, r.WorkflowExecutionTimeout, r.WorkflowRunTimeout, r.WorkflowTaskTimeout, r.CronSchedule, r.WorkflowStartDelay,
                r.RetryPolicy, r.SearchAttributes),
        };
        spec.Attributes.Input = r.Input;
        spec.Attributes.Identity = r.Identity;
        spec.Attributes.Memo = r.Memo;
        spec.Attributes.Header = r.Header;
        spec.Attributes.Priority = r.Priority;
        spec.Attributes.VersioningOverride = r.VersioningOverride;
        SetFirstRun(spec);
        return new StartOrder(ns.Id, ns.Name, r.WorkflowId, spec) { ReusePolicy = reuse, ConflictPolicy = conflict };
    }

    private const WorkflowIdReusePolicy TerminateIfRunning = WorkflowIdReusePolicy.TerminateIfRunning;

    private static (WorkflowIdReusePolicy, WorkflowIdConflictPolicy) Policies(WorkflowIdReusePolicy reuse, WorkflowIdConflictPolicy conflict)
    {
        if (reuse == TerminateIfRunning)
        {
            return conflict == WorkflowIdConflictPolicy.Unspecified
                ? (WorkflowIdReusePolicy.AllowDuplicate, WorkflowIdConflictPolicy.TerminateExisting)
                : throw ServiceErrors.InvalidArgument(
                    "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING cannot be used together with a WorkflowIDConflictPolicy");
        }

        if (reuse == WorkflowIdReusePolicy.RejectDuplicate && conflict == WorkflowIdConflictPolicy.TerminateExisting)
        {
            throw ServiceErrors.InvalidArgument(
                "Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE cannot be used together with WorkflowIdConflictPolicy WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING");
        }

        return (reuse == WorkflowIdReusePolicy.Unspecified ? WorkflowIdReusePolicy.AllowDuplicate : reuse,
            conflict == WorkflowIdConflictPolicy.Unspecified ? WorkflowIdConflictPolicy.Fail : conflict);
    }

    private NamespaceEntry Registered(string name)
    {
        var ns = namespaces.Get(name);
        return ns.Record.Info.State == NamespaceState.Registered ? ns : throw ServiceErrors.NamespaceInvalidState(name, ns.Record.Info.State);
    }

    private void CheckWorkflowId(string id)
    {
        if (id.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("WorkflowId is not set on request.");
        }

        if (CommandValidation.Bytes(id) is var length && length > limits.IdLength)
        {
            throw ServiceErrors.InvalidArgument($"WorkflowId exceeds maximum allowed length ({length}/{limits.IdLength})");
        }
    }

    private static void CheckDelay(string cron, Google.Protobuf.WellKnownTypes.Duration? delay)
    {
        if (cron.Length > 0 && Durations.Of(delay) > TimeSpan.Zero)
        {
            throw ServiceErrors.InvalidArgument("CronSchedule and WorkflowStartDelay may not be used together.");
        }

        if (Durations.IsNegative(delay))
        {
            throw ServiceErrors.InvalidArgument("An invalid WorkflowStartDelay is set on request: negative duration");
        }

        CronSchedule.Validate(cron);
    }

    /// <summary>Refuses a priority that no queue knows.</summary>
    public static void CheckPriority(Priority? priority)
    {
        if (priority is null)
        {
            return;
        }

        if (priority.PriorityKey < 0)
        {
            throw ServiceErrors.InvalidArgument("priority key can't be negative");
        }

        if (CommandValidation.Bytes(priority.FairnessKey) > 64)
        {
            throw ServiceErrors.InvalidArgument("fairness key length exceeds limit");
        }

        if (priority.FairnessWeight < 0)
        {
            throw ServiceErrors.InvalidArgument("must be greater than zero");
        }
    }

    private static void CheckLinks(IReadOnlyList<Link> links)
    {
        if (links.Count > 10)
        {
            throw ServiceErrors.InvalidArgument($"cannot attach more than 10 links per request, got {links.Count}");
        }

        foreach (var link in links)
        {
            if (link.CalculateSize() > 4000)
            {
                throw ServiceErrors.InvalidArgument($"link exceeds allowed size of 4000, got {link.CalculateSize()}");
            }

            if (link.VariantCase == Link.VariantOneofCase.None)
            {
                throw ServiceErrors.InvalidArgument("unsupported link variant");
            }
        }
    }

    private void CheckMemo(Memo? memo)
    {
        if (memo is not null && memo.CalculateSize() > limits.MemoSize)
        {
            throw ServiceErrors.InvalidArgument("Blob data size exceeds limit.");
        }
    }

    private WorkflowExecutionStartedEventAttributes Attributes(
        NamespaceEntry ns, string workflowId, WorkflowType type, TaskQueue queue, Google.Protobuf.WellKnownTypes.Duration? executionTimeout,
        Google.Protobuf.WellKnownTypes.Duration? runTimeout, Google.Protobuf.WellKnownTypes.Duration? taskTimeout, string cron,
        Google.Protobuf.WellKnownTypes.Duration? delay, RetryPolicy? retry, SearchAttributes? searchAttributes)
    {
        foreach (var (value, field) in new[]
        {
            (executionTimeout, "WorkflowExecutionTimeout"), (runTimeout, "WorkflowRunTimeout"), (taskTimeout, "WorkflowTaskTimeout"),
        })
        {
            if (Durations.IsNegative(value))
            {
                throw ServiceErrors.InvalidArgument($"invalid {field}: negative duration");
            }
        }

        var now = time.GetUtcNow().UtcDateTime;
        var execution = Durations.Of(executionTimeout);
        var run = Durations.Tighter(Durations.Of(runTimeout), execution);
        var task = Durations.Of(taskTimeout);
        task = task == TimeSpan.Zero ? StartDefaults.TaskTimeout : task > StartDefaults.LongestTaskTimeout ? StartDefaults.LongestTaskTimeout : task;
        if (run > TimeSpan.Zero && task > run)
        {
            task = run;
        }

        var backoff = cron.Length > 0 ? CronSchedule.Parse(cron).DelayAfter(now, now)!.Value : Durations.Of(delay);
        return new WorkflowExecutionStartedEventAttributes
        {
            WorkflowType = type,
            TaskQueue = new TaskQueue { Name = queue.Name, Kind = TaskQueueKind.Normal },
            WorkflowExecutionTimeout = executionTimeout is null ? null : Durations.Wire(execution),
            WorkflowRunTimeout = run == TimeSpan.Zero && runTimeout is null ? null : Durations.Wire(run),
            WorkflowTaskTimeout = Durations.Wire(task),
            Attempt = 1,
            Initiator = cron.Length > 0 ? ContinueAsNewInitiator.CronSchedule : ContinueAsNewInitiator.Unspecified,
            CronSchedule = cron,
            FirstWorkflowTaskBackoff = Durations.Wire(backoff),
            WorkflowExecutionExpirationTime = execution > TimeSpan.Zero ? Durations.Wire(Milliseconds(Durations.After(now, execution + backoff))) : null,
            RetryPolicy = retry is null ? null : RetryPolicies.WithDefaults(retry),
            SearchAttributes = SearchAttributeValues.Typed(searchAttributes, ns.Name, ns.SearchAttributes),
            WorkflowId = workflowId,
        };
    }

    /// <summary>Expiration times are kept in milliseconds.</summary>
    private static DateTime Milliseconds(DateTime at) => new(at.Ticks - (at.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);

    private static void SetFirstRun(StartSpec spec)
    {
        spec.Attributes.OriginalExecutionRunId = spec.RunId;
        spec.Attributes.FirstExecutionRunId = spec.RunId;
    }
}
