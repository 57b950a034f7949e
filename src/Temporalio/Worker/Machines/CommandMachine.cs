using Temporalio.Api.Command.V1;
using Temporalio.Api.Sdk.V1;
using Temporalio.Workflows;

namespace Temporalio.Worker.Machines;

/// <summary>What the worker remembers of one thing that workflow code asked for, from the request to its end.</summary>
internal abstract class CommandMachine(uint seq)
{
    /// <summary>Number within its kind.</summary>
    public uint Seq { get; } = seq;

    /// <summary>Its command while that waits to be sent or recognised in history; null afterwards.</summary>
    public PendingCommand? Command { get; set; }

    /// <summary>Whether it has ended for the workflow: later news are ignored.</summary>
    public bool Done { get; set; }

    /// <summary>Short text for error messages.</summary>
    public abstract string Describe();

    internal sealed class Timer(uint seq, string timerId, UserMetadata? metadata) : CommandMachine(seq)
    {
        public string TimerId { get; } = timerId;

        /// <summary>Shown with the cancellation too.</summary>
        public UserMetadata? Metadata { get; } = metadata;

        public long StartedEventId { get; set; }

        public override string Describe() => $"timer '{TimerId}'";
    }

    internal sealed class Activity(uint seq, string activityId, string activityType, ActivityCancellationType cancellationType) : CommandMachine(seq)
    {
        public string ActivityId { get; } = activityId;

        public string ActivityType { get; } = activityType;

        public ActivityCancellationType CancellationType { get; } = cancellationType;

        public long ScheduledEventId { get; set; }

        public bool CancelRequested { get; set; }

        public override string Describe() => $"activity '{ActivityType}' with id '{ActivityId}'";
    }

    internal sealed class Child(uint seq, string workflowId, string workflowType, string ns, ChildWorkflowCancellationType cancellationType) : CommandMachine(seq)
    {
        public string WorkflowId { get; } = workflowId;

        public string WorkflowType { get; } = workflowType;

        public string Namespace { get; } = ns;

        public ChildWorkflowCancellationType CancellationType { get; } = cancellationType;

        public long InitiatedEventId { get; set; }

        public long StartedEventId { get; set; }

        public string? RunId { get; set; }

        public bool CancelRequested { get; set; }

        public override string Describe() => $"child workflow '{WorkflowType}' with id '{WorkflowId}'";
    }

    internal sealed class SignalExternal(uint seq, string workflowId, string signal) : CommandMachine(seq)
    {
        public override string Describe() => $"signal '{signal}' to workflow '{workflowId}'";
    }

    internal sealed class CancelExternal(uint seq, string workflowId) : CommandMachine(seq)
    {
        public override string Describe() => $"cancel request to workflow '{workflowId}'";
    }

    /// <summary>Cancel request of a child: its delivery interests nobody.</summary>
    internal sealed class CancelOfChild(Child child) : CommandMachine(0)
    {
        public override string Describe() => $"cancel request to {child.Describe()}";
    }
}

/// <summary>A command in the order it will be sent, and will stand in history.</summary>
internal sealed class PendingCommand(Command command, CommandMachine? machine, string description)
{
    /// <summary>The command as sent.</summary>
    public Command Command { get; } = command;

    /// <summary>Its machine; null for commands without an end of their own.</summary>
    public CommandMachine? Machine { get; } = machine;

    /// <summary>Short text for error messages.</summary>
    public string Description { get; } = description;

    /// <summary>Patch id of a patch marker; update id of an update command; null for others.</summary>
    public string? Key { get; init; }

    /// <summary>Local activity of a marker; null for others.</summary>
    public LocalActivityMachine? LocalActivity { get; init; }

    /// <summary>Whether it was handed to the service already.</summary>
    public bool Sent { get; set; }
}
