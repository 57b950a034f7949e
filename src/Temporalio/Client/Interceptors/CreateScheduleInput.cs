using Temporalio.Client.Schedules;

namespace Temporalio.Client.Interceptors;

/// <summary>A schedule to create.</summary>
/// <param name="Id">Id of the schedule.</param>
/// <param name="Schedule">The schedule.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
public record CreateScheduleInput(string Id, Schedule Schedule, ScheduleOptions? Options);
