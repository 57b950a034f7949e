namespace Temporalio.Client.Schedules;

/// <summary>Something that a schedule has done, with its times in UTC.</summary>
/// <param name="ScheduledAt">When it was due, jitter included.</param>
/// <param name="StartedAt">When it was done.</param>
/// <param name="Action">What was done.</param>
public record ScheduleActionResult(DateTime ScheduledAt, DateTime StartedAt, ScheduleActionExecution Action)
{
    internal static ScheduleActionResult FromProto(Api.Schedule.V1.ScheduleActionResult proto) => new(
        proto.ScheduleTime.ToDateTime(), proto.ActualTime.ToDateTime(),
        ScheduleActionExecutionStartWorkflow.FromProto(proto.StartWorkflowResult ?? new()));
}
