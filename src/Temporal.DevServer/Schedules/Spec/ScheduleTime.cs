namespace Temporal.DevServer.Schedules.Spec;

/// <summary>A time of a schedule, in UTC: <see cref="Nominal"/> as the spec says, which names the workflow, and <see cref="Actual"/> with jitter added.</summary>
internal readonly record struct ScheduleTime(DateTime Nominal, DateTime Actual);
