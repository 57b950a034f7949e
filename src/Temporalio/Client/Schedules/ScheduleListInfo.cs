namespace Temporalio.Client.Schedules;

/// <summary>What a listed schedule has done and will do. Times are UTC.</summary>
/// <param name="RecentActions">The latest actions, oldest first.</param>
/// <param name="NextActionTimes">The next times, jitter included.</param>
public record ScheduleListInfo(IReadOnlyCollection<ScheduleActionResult> RecentActions, IReadOnlyCollection<DateTime> NextActionTimes);
