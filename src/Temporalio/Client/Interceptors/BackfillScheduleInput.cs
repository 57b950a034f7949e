using Temporalio.Client.Schedules;

namespace Temporalio.Client.Interceptors;

/// <summary>A backfill of a schedule.</summary>
/// <param name="Id">Id of the schedule.</param>
/// <param name="Backfills">Periods to go through.</param>
/// <param name="RpcOptions">Options of the service call; null for the defaults.</param>
public record BackfillScheduleInput(string Id, IReadOnlyCollection<ScheduleBackfill> Backfills, RpcOptions? RpcOptions);
