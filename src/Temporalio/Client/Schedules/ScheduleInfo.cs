namespace Temporalio.Client.Schedules;

/// <summary>What a schedule has done and will do. Times are UTC.</summary>
/// <param name="NumActions">Actions done in all.</param>
/// <param name="NumActionsMissedCatchupWindow">Actions not done because they were too late.</param>
/// <param name="NumActionsSkippedOverlap">Actions not done because of another.</param>
/// <param name="RunningActions">What runs now.</param>
/// <param name="RecentActions">The latest actions, oldest first.</param>
/// <param name="NextActionTimes">The next times, jitter included.</param>
/// <param name="CreatedAt">When the schedule was created.</param>
/// <param name="LastUpdatedAt">When it was changed last; null if never.</param>
public record ScheduleInfo(
    long NumActions,
    long NumActionsMissedCatchupWindow,
    long NumActionsSkippedOverlap,
    IReadOnlyCollection<ScheduleActionExecution> RunningActions,
    IReadOnlyCollection<ScheduleActionResult> RecentActions,
    IReadOnlyCollection<DateTime> NextActionTimes,
    DateTime CreatedAt,
    DateTime? LastUpdatedAt)
{
    internal static ScheduleInfo FromProto(Api.Schedule.V1.ScheduleInfo proto) => new(
        proto.ActionCount,
        proto.MissedCatchupWindow,
        proto.OverlapSkipped,
        [.. proto.RunningWorkflows.Select(ScheduleActionExecutionStartWorkflow.FromProto)],
        [.. proto.RecentActions.Select(ScheduleActionResult.FromProto)],
        [.. proto.FutureActionTimes.Select(t => t.ToDateTime())],
        proto.CreateTime?.ToDateTime() ?? default,
        proto.UpdateTime?.ToDateTime());
}
