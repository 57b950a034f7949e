using Temporal.DevServer.Frontend;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <content>The first step of a run, signals and cancel requests.</content>
internal sealed partial class RunTransition
{
    /// <summary>A first step for a run of the id.</summary>
    public static RunTransition Begin(string namespaceId, string namespaceName, string workflowId, StartSpec spec, DateTime now, ServerLimits limits, long storeId)
    {
        var state = new RunState { NamespaceId = namespaceId, Namespace = namespaceName, WorkflowId = workflowId, RunId = spec.RunId, StoreId = storeId };
        var transition = new RunTransition(state, now, limits);
        transition.StartRun(spec);
        return transition;
    }

    private void StartRun(StartSpec spec)
    {
        State.StartRequestId = spec.RequestId;
        State.AwaitsParent = spec.AwaitsParent;
        var e = Append(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionStarted,
            UserMetadata = spec.UserMetadata,
            Links = { spec.Links },
            WorkflowExecutionStartedEventAttributes = spec.Attributes,
        });
        if (spec.RequestId.Length > 0)
        {
            State.AttachRequestId(spec.RequestId, e);
        }

        if (spec.Signal is { } signal)
        {
            ReceiveSignal(signal);
        }

        TouchVisibility();
        if (!State.BackingOff && !spec.AwaitsParent)
        {
            ScheduleWorkflowTask();
        }
    }

    /// <summary>The parent knows the child: it may begin.</summary>
    public void ParentRecordedStart()
    {
        if (State.AwaitsParent && !State.BackingOff && State.WorkflowTask is null && State.LastCompletedTaskStartedId == 0)
        {
            ScheduleWorkflowTask();
        }

        State.AwaitsParent = false;
    }

    /// <summary>Records the signal; a repeated request id changes nothing.</summary>
    public void Signal(SignalSpec signal, bool cutsBackoff = false)
    {
        if (signal.RequestId.Length > 0 && State.SignalRequestIds.Contains(signal.RequestId))
        {
            return;
        }

        if (State.SignalCount >= Limits.SignalsPerRun)
        {
            throw ServiceErrors.InvalidArgument("exceeded workflow execution limit for signal events");
        }

        ReceiveSignal(signal);
        if (cutsBackoff)
        {
            State.SetBackingOff(false);
        }

        if (!State.AwaitsParent)
        {
            WakeWorkflow();
        }
    }

    /// <summary>Asks the workflow to cancel itself; asking again changes nothing.</summary>
    public void RequestCancel(WorkflowExecutionCancelRequestedEventAttributes attributes)
    {
        if (State.CancelRequested)
        {
            return;
        }

        Receive(new HistoryEvent { EventType = EventType.WorkflowExecutionCancelRequested, WorkflowExecutionCancelRequestedEventAttributes = attributes });
        if (State.BackingOff && State.WorkflowTask is null)
        {
            State.SetBackingOff(false);
        }

        if (!State.AwaitsParent)
        {
            WakeWorkflow();
        }
    }

    /// <summary>Remembers a start request that met this run; a repeated one changes nothing.</summary>
    public void AttachRequest(string requestId, OnConflict attach)
    {
        if (State.RequestIds.ContainsKey(requestId))
        {
            return;
        }

        Receive(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionOptionsUpdated,
            WorkerMayIgnore = true,
            Links = { attach.Links },
            WorkflowExecutionOptionsUpdatedEventAttributes = new()
            {
                AttachedRequestId = requestId,
                AttachedCompletionCallbacks = { attach.Callbacks },
                Identity = attach.Identity,
            },
        });
    }

    /// <summary>The backoff before the first workflow task is over.</summary>
    private void OnBackoffOver()
    {
        State.SetBackingOff(false);
        if (!State.AwaitsParent)
        {
            ScheduleWorkflowTask();
        }
    }

    private void ReceiveSignal(SignalSpec signal) => Receive(new HistoryEvent
    {
        EventType = EventType.WorkflowExecutionSignaled,
        Links = { signal.Links },
        WorkflowExecutionSignaledEventAttributes = new()
        {
            SignalName = signal.Name,
            Input = signal.Input,
            Identity = signal.Identity,
            Header = signal.Header,
            RequestId = signal.RequestId,
            ExternalWorkflowExecution = signal.Sender,
        },
    });

    /// <summary>A worker that sits on its task while too much piles up loses it.</summary>
    private void CheckBuffer()
    {
        if (!_holding && State.Buffered.Count > Limits.BufferedEvents)
        {
            FailWorkflowTask(WorkflowTaskFailedCause.ForceCloseCommand, failure: null, identity: "");
        }
    }
}
