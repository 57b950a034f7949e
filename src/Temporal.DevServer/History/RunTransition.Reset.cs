using Temporal.DevServer.Frontend;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <content>The first step of a run that goes on from the middle of another.</content>
internal sealed partial class RunTransition
{
    /// <summary>Begins a run whose history starts with the given events and goes on differently from there.</summary>
    public static RunTransition BeginFrom(
        RunState based, IReadOnlyList<IReadOnlyList<HistoryEvent>> prefix, string runId, string requestId, long storeId, DateTime now, ServerLimits limits)
    {
        var state = new RunState
        {
            NamespaceId = based.NamespaceId,
            Namespace = based.Namespace,
            WorkflowId = based.WorkflowId,
            RunId = runId,
            StoreId = storeId,
            StartRequestId = requestId,
        };
        var transition = new RunTransition(state, now, limits);
        state.AttachRequestId(based.StartRequestId, prefix[0][0]);
        foreach (var e in prefix.SelectMany(b => b))
        {
            state.Apply(e);
            state.NextEventId = e.EventId + 1;
            state.HistorySizeBytes += e.CalculateSize();
        }

        transition._inherited.AddRange(prefix);

        transition.TouchVisibility();
        return transition;
    }

    /// <summary>The cut itself: the workflow task at the cut fails, and what was under way begins again.</summary>
    public void CutAt(string reason, string baseRunId)
    {
        var task = State.WorkflowTask ?? throw ServiceErrors.InvalidArgument(
            $"Can only reset workflow to event ID in range [WorkflowTaskScheduled +1, WorkflowTaskStarted + 1]: {State.NextEventId}");
        if (!task.IsStarted)
        {
            MarkTaskStarted(task, "emptyUuid", "history-service", "");
            task = State.WorkflowTask!;
        }

        Append(new HistoryEvent
        {
            EventType = EventType.WorkflowTaskFailed,
            WorkflowTaskFailedEventAttributes = new()
            {
                ScheduledEventId = task.ScheduledEventId,
                StartedEventId = task.StartedEventId,
                Cause = WorkflowTaskFailedCause.ResetWorkflow,
                Failure = new Failure { Message = reason, ResetWorkflowFailureInfo = new() },
                Identity = "history-service",
                BaseRunId = baseRunId,
                NewRunId = State.RunId,
            },
        });
        foreach (var activity in State.Activities.Values.ToList())
        {
            SetActivity(activity with { AttemptScheduledTime = Now });
            DispatchActivity(activity);
        }

        SendUnanswered();
    }

    /// <summary>Sends again what the events before the cut asked of other workflows and what was not answered by then.</summary>
    private void SendUnanswered()
    {
        foreach (var e in _inherited.SelectMany(b => b))
        {
            if (State.Externals.TryGetValue(e.EventId, out var external))
            {
                if (external.IsSignal)
                {
                    SendSignal(e);
                }
                else
                {
                    SendCancel(e);
                }
            }
            else if (State.Children.TryGetValue(e.EventId, out var child) && !child.IsStarted)
            {
                SendStart(e);
            }
        }
    }

    /// <summary>Takes over what came from outside after the cut.</summary>
    public void Reapply(HistoryEvent e)
    {
        switch (e.EventType)
        {
            case EventType.WorkflowExecutionSignaled:
                Append(new HistoryEvent { EventType = e.EventType, Links = { e.Links }, WorkflowExecutionSignaledEventAttributes = e.WorkflowExecutionSignaledEventAttributes });
                break;
            case EventType.WorkflowExecutionUpdateAccepted when e.WorkflowExecutionUpdateAcceptedEventAttributes.AcceptedRequest is { } request:
                AppendAdmitted(request);
                break;
            case EventType.WorkflowExecutionUpdateAdmitted:
                AppendAdmitted(e.WorkflowExecutionUpdateAdmittedEventAttributes.Request);
                break;
            case EventType.WorkflowExecutionOptionsUpdated:
                ReapplyOptions(e);
                break;
            case EventType.ChildWorkflowExecutionStarted:
                var started = e.ChildWorkflowExecutionStartedEventAttributes;
                OnChildStarted(started.InitiatedEventId, started.WorkflowExecution.RunId);
                break;
            case EventType.StartChildWorkflowExecutionFailed:
                var failed = e.StartChildWorkflowExecutionFailedEventAttributes;
                OnChildStartFailed(failed.InitiatedEventId, failed.Cause);
                break;
            default:
                ReapplyChildResult(e);
                break;
        }
    }

    private void ReapplyOptions(HistoryEvent e)
    {
        var options = e.WorkflowExecutionOptionsUpdatedEventAttributes;
        if (options.AttachedRequestId.Length == 0 || !State.RequestIds.ContainsKey(options.AttachedRequestId))
        {
            Append(new HistoryEvent
            {
                EventType = e.EventType,
                WorkerMayIgnore = true,
                Links = { e.Links },
                WorkflowExecutionOptionsUpdatedEventAttributes = options,
            });
        }
    }

    /// <summary>A child that the new run still waits for has ended meanwhile.</summary>
    private void ReapplyChildResult(HistoryEvent e)
    {
        if (ChildResults.InitiatedEventId(e) is { } initiated && State.Children.TryGetValue(initiated, out var child))
        {
            var copy = e.Clone();
            copy.EventId = 0;
            copy.EventTime = null;
            ChildResults.SetStartedEventId(copy, child.StartedEventId);
            Append(copy);
        }
    }

    private void AppendAdmitted(Temporalio.Api.Update.V1.Request request) => Append(new HistoryEvent
    {
        EventType = EventType.WorkflowExecutionUpdateAdmitted,
        WorkflowExecutionUpdateAdmittedEventAttributes = new() { Request = request, Origin = UpdateAdmittedEventOrigin.Reapply },
    });
}
