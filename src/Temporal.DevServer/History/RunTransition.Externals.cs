using System.Security.Cryptography;
using System.Text;
using Temporal.DevServer.Storage.Records;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace Temporal.DevServer.History;

/// <content>Signals and cancel requests to other workflows.</content>
internal sealed partial class RunTransition
{
    private void SignalExternal(Command command, long completedId, CommandContext context)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadSignalWorkflowExecutionAttributes;
        const string Name = "SignalExternalWorkflowExecutionCommand";
        var given = CommandValidation.Required(command.SignalExternalWorkflowExecutionCommandAttributes, Bad, "SignalExternalWorkflowExecution");
        if (given.Execution is null)
        {
            throw new WorkflowTaskRejectedException(Bad, $"Execution is not set on {Name}.");
        }

        if (given.Execution.WorkflowId.Length == 0)
        {
            throw new WorkflowTaskRejectedException(
                Bad, $"WorkflowId is not set on {Name}. Namespace={given.Namespace} RunId={given.Execution.RunId} SignalName={given.SignalName}");
        }

        if (given.Execution.RunId.Length > 0 && !CommandValidation.IsRunId(given.Execution.RunId))
        {
            throw new WorkflowTaskRejectedException(
                Bad,
                $"Invalid RunId set on {Name}. WorkflowId={given.Execution.WorkflowId} Namespace={given.Namespace} RunId={given.Execution.RunId} SignalName={given.SignalName}");
        }

        if (given.SignalName.Length == 0)
        {
            throw new WorkflowTaskRejectedException(
                Bad, $"SignalName is not set on {Name}. WorkflowId={given.Execution.WorkflowId} Namespace={given.Namespace} RunId={given.Execution.RunId}");
        }

        var ns = given.Namespace.Length == 0 ? State.Namespace : given.Namespace;
        var namespaceId = context.NamespaceId(ns);
        CommandValidation.CheckSize(given.Input, Limits.BlobSize, Bad, "SignalExternalWorkflowExecutionCommandAttributes.Input");
        CheckPending(
            State.Externals.Values.Count(x => x.IsSignal), Limits.PendingSignals, WorkflowTaskFailedCause.PendingSignalsLimitExceeded,
            "pending signals to external workflows");
        var initiated = new SignalExternalWorkflowExecutionInitiatedEventAttributes
        {
            WorkflowTaskCompletedEventId = completedId,
            Namespace = ns,
            NamespaceId = namespaceId,
            WorkflowExecution = given.Execution,
            SignalName = given.SignalName,
            Input = given.Input,
            Control = given.Control,
            ChildWorkflowOnly = given.ChildWorkflowOnly,
            Header = given.Header,
        };
        var e = Append(new HistoryEvent
        {
            EventType = EventType.SignalExternalWorkflowExecutionInitiated,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            SignalExternalWorkflowExecutionInitiatedEventAttributes = initiated,
        });
        SendSignal(e);
    }

    private void SendSignal(HistoryEvent e)
    {
        var initiated = e.SignalExternalWorkflowExecutionInitiatedEventAttributes;
        var message = NewMessage(initiated.NamespaceId, initiated.WorkflowExecution.WorkflowId, initiated.WorkflowExecution.RunId, e.EventId);
        message.SignalExternal = new SignalExternal { Initiated = initiated, RequestId = RequestIdOf(e) };
        Outbox.Add(message);
    }

    private void RequestCancelExternal(Command command, long completedId, CommandContext context)
    {
        const WorkflowTaskFailedCause Bad = WorkflowTaskFailedCause.BadRequestCancelExternalWorkflowExecutionAttributes;
        const string Name = "RequestCancelExternalWorkflowExecutionCommand";
        var given = CommandValidation.Required(
            command.RequestCancelExternalWorkflowExecutionCommandAttributes, Bad, "RequestCancelExternalWorkflowExecution");
        if (given.WorkflowId.Length == 0)
        {
            throw new WorkflowTaskRejectedException(Bad, $"WorkflowId is not set on {Name}. Namespace={given.Namespace} RunId={given.RunId}");
        }

        if (given.RunId.Length > 0 && !CommandValidation.IsRunId(given.RunId))
        {
            throw new WorkflowTaskRejectedException(
                Bad, $"Invalid RunId set on {Name}. WorkflowId={given.WorkflowId} RunId={given.RunId} Namespace={given.Namespace}");
        }

        if (_childrenOfThisTask.Contains(given.WorkflowId))
        {
            throw new WorkflowTaskRejectedException(
                Bad,
                $"Start and RequestCancel for child workflow is not allowed in same workflow task. WorkflowId={given.WorkflowId} RunId={given.RunId} Namespace={given.Namespace}");
        }

        var ns = given.Namespace.Length == 0 ? State.Namespace : given.Namespace;
        var namespaceId = context.NamespaceId(ns);
        CheckPending(
            State.Externals.Values.Count(x => !x.IsSignal), Limits.PendingCancelRequests, WorkflowTaskFailedCause.PendingRequestCancelLimitExceeded,
            "pending requests to cancel external workflows");
        var initiated = new RequestCancelExternalWorkflowExecutionInitiatedEventAttributes
        {
            WorkflowTaskCompletedEventId = completedId,
            Namespace = ns,
            NamespaceId = namespaceId,
            WorkflowExecution = new() { WorkflowId = given.WorkflowId, RunId = given.RunId },
            Control = given.Control,
            ChildWorkflowOnly = given.ChildWorkflowOnly,
            Reason = given.Reason,
        };
        var e = Append(new HistoryEvent
        {
            EventType = EventType.RequestCancelExternalWorkflowExecutionInitiated,
            UserMetadata = command.UserMetadata,
            EventGroupMarkers = { command.EventGroupMarkers },
            RequestCancelExternalWorkflowExecutionInitiatedEventAttributes = initiated,
        });
        SendCancel(e);
    }

    private void SendCancel(HistoryEvent e)
    {
        var initiated = e.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes;
        var message = NewMessage(initiated.NamespaceId, initiated.WorkflowExecution.WorkflowId, initiated.WorkflowExecution.RunId, e.EventId);
        message.CancelExternal = new CancelExternal { Initiated = initiated };
        Outbox.Add(message);
    }

    /// <summary>Belongs to the event alone: a run that a reset made sends with the same id again, and the receiver takes it once.</summary>
    private string RequestIdOf(HistoryEvent e)
    {
        var name = $"{State.Start.OriginalExecutionRunId}:{e.EventId}:{e.EventTime.Seconds}:{e.EventTime.Nanos}";
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)).ToString();
    }

    /// <summary>Word came back about a signal that this run sent.</summary>
    public void OnSignalAnswer(long initiatedEventId, bool failed, SignalExternalWorkflowExecutionFailedCause cause)
    {
        if (Closed || !State.Externals.TryGetValue(initiatedEventId, out var pending))
        {
            return;
        }

        Receive(failed
            ? new HistoryEvent
            {
                EventType = EventType.SignalExternalWorkflowExecutionFailed,
                SignalExternalWorkflowExecutionFailedEventAttributes = new()
                {
                    Cause = cause,
                    Namespace = pending.Namespace,
                    NamespaceId = pending.NamespaceId,
                    WorkflowExecution = pending.Target,
                    InitiatedEventId = initiatedEventId,
                    Control = pending.Control,
                },
            }
            : new HistoryEvent
            {
                EventType = EventType.ExternalWorkflowExecutionSignaled,
                ExternalWorkflowExecutionSignaledEventAttributes = new()
                {
                    InitiatedEventId = initiatedEventId,
                    Namespace = pending.Namespace,
                    NamespaceId = pending.NamespaceId,
                    WorkflowExecution = pending.Target,
                    Control = pending.Control,
                },
            });
        WakeWorkflow();
    }

    /// <summary>Word came back about a cancel request that this run sent.</summary>
    public void OnCancelAnswer(long initiatedEventId, bool failed, CancelExternalWorkflowExecutionFailedCause cause)
    {
        if (Closed || !State.Externals.TryGetValue(initiatedEventId, out var pending))
        {
            return;
        }

        Receive(failed
            ? new HistoryEvent
            {
                EventType = EventType.RequestCancelExternalWorkflowExecutionFailed,
                RequestCancelExternalWorkflowExecutionFailedEventAttributes = new()
                {
                    Cause = cause,
                    Namespace = pending.Namespace,
                    NamespaceId = pending.NamespaceId,
                    WorkflowExecution = pending.Target,
                    InitiatedEventId = initiatedEventId,
                    Control = pending.Control,
                },
            }
            : new HistoryEvent
            {
                EventType = EventType.ExternalWorkflowExecutionCancelRequested,
                ExternalWorkflowExecutionCancelRequestedEventAttributes = new()
                {
                    InitiatedEventId = initiatedEventId,
                    Namespace = pending.Namespace,
                    NamespaceId = pending.NamespaceId,
                    WorkflowExecution = pending.Target,
                },
            });
        WakeWorkflow();
    }
}
