using Temporalio.Client.Schedules;

namespace Temporalio.Client.Interceptors;

/// <summary>A listing of schedules.</summary>
/// <param name="Options">Options of the call; null for the defaults.</param>
public record ListSchedulesInput(ScheduleListOptions? Options);
