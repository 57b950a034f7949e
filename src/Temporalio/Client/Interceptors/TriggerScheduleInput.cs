using Temporalio.Client.Schedules;

namespace Temporalio.Client.Interceptors;

/// <summary>A schedule to trigger now.</summary>
/// <param name="Id">Id of the schedule.</param>
/// <param name="Options">Options of the call; null for the defaults.</param>
public record TriggerScheduleInput(string Id, ScheduleTriggerOptions? Options);
