namespace Temporalio.Client.Schedules;

/// <summary>State of a listed schedule.</summary>
/// <param name="Note">Text for people; null when none.</param>
/// <param name="Paused">Whether it is paused.</param>
public record ScheduleListState(string? Note, bool Paused);
