namespace Temporalio.Client.Schedules;

/// <summary>Something that a schedule has done.</summary>
public abstract record ScheduleActionExecution;
