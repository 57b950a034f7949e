using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Schedules;

/// <summary>What a schedule wants done.</summary>
internal abstract record ScheduleCommand
{
    /// <summary>
    /// Start a workflow and answer with <see cref="ScheduleMachine.StartSucceeded"/> or <see cref="ScheduleMachine.StartFailed"/>. The request id
    /// is the same when the command is given again after a restart.
    /// </summary>
    public sealed record Start(long Id, StartWorkflowExecutionRequest Request) : ScheduleCommand;

    /// <summary>Request cancellation of the chain of runs that began with this run; there is no answer.</summary>
    public sealed record Cancel(string WorkflowId, string FirstRunId, string Reason, string Identity) : ScheduleCommand;

    /// <summary>Terminate the chain of runs that began with this run; there is no answer.</summary>
    public sealed record Terminate(string WorkflowId, string FirstRunId, string Reason, string Identity) : ScheduleCommand;
}
