using Temporalio.Api.Schedule.V1;

namespace Temporal.DevServer.Schedules.Spec;

/// <summary>What a cron string stands for: a calendar or an interval, and the time zone it names, or an empty text.</summary>
internal sealed record CronString(StructuredCalendarSpec? Calendar, IntervalSpec? Interval, string TimeZone);
