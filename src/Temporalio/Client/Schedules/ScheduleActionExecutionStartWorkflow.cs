namespace Temporalio.Client.Schedules;

/// <summary>A workflow that a schedule has started.</summary>
/// <param name="WorkflowId">Id of the workflow.</param>
/// <param name="FirstExecutionRunId">Its first run.</param>
public record ScheduleActionExecutionStartWorkflow(string WorkflowId, string FirstExecutionRunId) : ScheduleActionExecution
{
    internal static ScheduleActionExecutionStartWorkflow FromProto(Api.Common.V1.WorkflowExecution proto) => new(proto.WorkflowId, proto.RunId);
}
