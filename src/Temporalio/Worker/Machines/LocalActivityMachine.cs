using Temporalio.Worker.Activations;

namespace Temporalio.Worker.Machines;

/// <summary>A local activity from its request to its marker.</summary>
internal sealed class LocalActivityMachine(WorkflowCommand.ScheduleLocalActivity request)
{
    /// <summary>What the workflow asked for.</summary>
    public WorkflowCommand.ScheduleLocalActivity Request { get; } = request;

    /// <summary>Whether it was handed out to be run.</summary>
    public bool Started { get; set; }

    /// <summary>Whether the workflow asked to cancel it.</summary>
    public bool CancelRequested { get; set; }

    /// <summary>Whether the workflow has its result.</summary>
    public bool Resolved { get; set; }
}
