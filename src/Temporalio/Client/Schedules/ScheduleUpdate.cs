using Temporalio.Common;

namespace Temporalio.Client.Schedules;

/// <summary>A change of a schedule.</summary>
/// <param name="Schedule">The new schedule.</param>
/// <param name="TypedSearchAttributes">The new search attributes of the schedule itself. Default: null, as they are.</param>
public record ScheduleUpdate(Schedule Schedule, SearchAttributeCollection? TypedSearchAttributes = null);
