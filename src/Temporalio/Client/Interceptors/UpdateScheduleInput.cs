using Temporalio.Client.Schedules;

namespace Temporalio.Client.Interceptors;

/// <summary>A schedule to change.</summary>
/// <param name="Id">Id of the schedule.</param>
/// <param name="Updater">Makes the new schedule from the old one.</param>
/// <param name="RpcOptions">Options of the service call; null for the defaults.</param>
public record UpdateScheduleInput(string Id, Func<ScheduleUpdateInput, Task<ScheduleUpdate?>> Updater, RpcOptions? RpcOptions);
