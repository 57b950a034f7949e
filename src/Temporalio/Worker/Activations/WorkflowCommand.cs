using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Sdk.V1;
using Temporalio.Workflows;

namespace Temporalio.Worker.Activations;

/// <summary>One thing that workflow code asked for, in the order it asked.</summary>
internal abstract class WorkflowCommand
{
    private WorkflowCommand()
    {
    }

    /// <summary>Commands that end the run.</summary>
    internal abstract class Terminal : WorkflowCommand;

    internal sealed class StartTimer(uint seq, TimeSpan delay, UserMetadata? metadata) : WorkflowCommand
    {
        public uint Seq { get; } = seq;

        public TimeSpan Delay { get; } = delay;

        public UserMetadata? Metadata { get; } = metadata;
    }

    internal sealed class CancelTimer(uint seq) : WorkflowCommand
    {
        public uint Seq { get; } = seq;
    }

    internal sealed class ScheduleActivity(
        uint seq, ScheduleActivityTaskCommandAttributes attributes, ActivityCancellationType cancellationType, UserMetadata? metadata) : WorkflowCommand
    {
        public uint Seq { get; } = seq;

        public ScheduleActivityTaskCommandAttributes Attributes { get; } = attributes;

        public ActivityCancellationType CancellationType { get; } = cancellationType;

        public UserMetadata? Metadata { get; } = metadata;
    }

    /// <summary>A local activity, or its next attempt after a pause that a timer waited for.</summary>
    internal sealed class ScheduleLocalActivity : WorkflowCommand
    {
        public required uint Seq { get; init; }

        public required string ActivityId { get; init; }

        public required string ActivityType { get; init; }

        public required IReadOnlyList<Payload> Input { get; init; }

        public required IReadOnlyDictionary<string, Payload> Headers { get; init; }

        public required LocalActivityOptions Options { get; init; }

        public int Attempt { get; init; } = 1;

        public DateTime? OriginalScheduleTime { get; init; }

        public UserMetadata? Metadata { get; init; }
    }

    internal sealed class CancelActivity(uint seq, bool local) : WorkflowCommand
    {
        public uint Seq { get; } = seq;

        public bool Local { get; } = local;
    }

    internal sealed class StartChild(
        uint seq, StartChildWorkflowExecutionCommandAttributes attributes, ChildWorkflowCancellationType cancellationType, UserMetadata? metadata) : WorkflowCommand
    {
        public uint Seq { get; } = seq;

        public StartChildWorkflowExecutionCommandAttributes Attributes { get; } = attributes;

        public ChildWorkflowCancellationType CancellationType { get; } = cancellationType;

        public UserMetadata? Metadata { get; } = metadata;
    }

    internal sealed class CancelChild(uint seq) : WorkflowCommand
    {
        public uint Seq { get; } = seq;
    }

    internal sealed class SignalExternal(uint seq, SignalExternalWorkflowExecutionCommandAttributes attributes) : WorkflowCommand
    {
        public uint Seq { get; } = seq;

        public SignalExternalWorkflowExecutionCommandAttributes Attributes { get; } = attributes;
    }

    internal sealed class CancelSignalExternal(uint seq) : WorkflowCommand
    {
        public uint Seq { get; } = seq;
    }

    internal sealed class CancelExternal(uint seq, RequestCancelExternalWorkflowExecutionCommandAttributes attributes) : WorkflowCommand
    {
        public uint Seq { get; } = seq;

        public RequestCancelExternalWorkflowExecutionCommandAttributes Attributes { get; } = attributes;
    }

    internal sealed class SetPatchMarker(string patchId, bool deprecated) : WorkflowCommand
    {
        public string PatchId { get; } = patchId;

        public bool Deprecated { get; } = deprecated;
    }

    internal sealed class UpsertSearchAttributes(SearchAttributes attributes) : WorkflowCommand
    {
        public SearchAttributes Attributes { get; } = attributes;
    }

    internal sealed class ModifyMemo(Memo memo) : WorkflowCommand
    {
        public Memo Memo { get; } = memo;
    }

    internal sealed class UpdateAccepted(string protocolInstanceId) : WorkflowCommand
    {
        public string ProtocolInstanceId { get; } = protocolInstanceId;
    }

    internal sealed class UpdateRejected(string protocolInstanceId, Failure failure) : WorkflowCommand
    {
        public string ProtocolInstanceId { get; } = protocolInstanceId;

        public Failure Failure { get; set; } = failure;
    }

    /// <summary>The outcome of an accepted update: a failure, or a result that may be absent.</summary>
    internal sealed class UpdateCompleted(string protocolInstanceId, Payload? result, Failure? failure) : WorkflowCommand
    {
        public string ProtocolInstanceId { get; } = protocolInstanceId;

        public Payload? Result { get; set; } = result;

        public Failure? Failure { get; set; } = failure;
    }

    /// <summary>The answer of a query: a failure or a result.</summary>
    internal sealed class QueryAnswer(string queryId, Payload? result, Failure? failure) : WorkflowCommand
    {
        public string QueryId { get; } = queryId;

        public Payload? Result { get; set; } = result;

        public Failure? Failure { get; set; } = failure;
    }

    internal sealed class CompleteWorkflow(Payload? result) : Terminal
    {
        public Payload? Result { get; set; } = result;
    }

    internal sealed class FailWorkflow(Failure failure) : Terminal
    {
        public Failure Failure { get; set; } = failure;
    }

    internal sealed class CancelWorkflow : Terminal;

    internal sealed class ContinueAsNew(ContinueAsNewWorkflowExecutionCommandAttributes attributes) : Terminal
    {
        public ContinueAsNewWorkflowExecutionCommandAttributes Attributes { get; } = attributes;
    }
}
