namespace Temporalio.Client.Schedules;

/// <summary>A schedule about to be changed.</summary>
/// <param name="Description">The schedule as it is.</param>
public record ScheduleUpdateInput(ScheduleDescription Description);
