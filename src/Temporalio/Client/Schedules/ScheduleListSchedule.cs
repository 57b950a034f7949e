namespace Temporalio.Client.Schedules;

/// <summary>What a listed schedule does and when.</summary>
/// <param name="Action">What it does.</param>
/// <param name="Spec">When it does it.</param>
/// <param name="State">Whether it is paused.</param>
public record ScheduleListSchedule(ScheduleListAction Action, ScheduleSpec Spec, ScheduleListState State);
