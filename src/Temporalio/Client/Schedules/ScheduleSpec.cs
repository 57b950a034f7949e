using Google.Protobuf.WellKnownTypes;

namespace Temporalio.Client.Schedules;

/// <summary>When a schedule acts: at every time of its calendars, intervals and cron expressions that is not to be skipped.</summary>
public record ScheduleSpec
{
    /// <summary>Times by the calendar. Default: none.</summary>
    public IReadOnlyCollection<ScheduleCalendarSpec> Calendars { get; init; } = [];

    /// <summary>Times at fixed distances. Default: none.</summary>
    public IReadOnlyCollection<ScheduleIntervalSpec> Intervals { get; init; } = [];

    /// <summary>Times by cron expressions; the server turns them into calendars. Default: none.</summary>
    public IReadOnlyCollection<string> CronExpressions { get; init; } = [];

    /// <summary>Times to leave out. Default: none.</summary>
    public IReadOnlyCollection<ScheduleCalendarSpec> Skip { get; init; } = [];

    /// <summary>First time allowed, UTC. Default: unset.</summary>
    public DateTime? StartAt { get; init; }

    /// <summary>Last time allowed, UTC. Default: unset.</summary>
    public DateTime? EndAt { get; init; }

    /// <summary>Longest random delay of an action. Default: none.</summary>
    public TimeSpan? Jitter { get; init; }

    /// <summary>IANA name of the time zone of calendars and cron expressions. Default: unset, UTC.</summary>
    public string? TimeZoneName { get; init; }

    internal static ScheduleSpec FromProto(Api.Schedule.V1.ScheduleSpec proto) => new()
    {
        Calendars = [.. proto.StructuredCalendar.Select(ScheduleCalendarSpec.FromProto)],
        Intervals = [.. proto.Interval.Select(ScheduleIntervalSpec.FromProto)],
        CronExpressions = [.. proto.CronString],
        Skip = [.. proto.ExcludeStructuredCalendar.Select(ScheduleCalendarSpec.FromProto)],
        StartAt = proto.StartTime?.ToDateTime(),
        EndAt = proto.EndTime?.ToDateTime(),
        Jitter = proto.Jitter?.ToTimeSpan(),
        TimeZoneName = proto.TimezoneName.Length == 0 ? null : proto.TimezoneName,
    };

    internal Api.Schedule.V1.ScheduleSpec ToProto() => new()
    {
        StructuredCalendar = { Calendars.Select(c => c.ToProto()) },
        Interval = { Intervals.Select(i => i.ToProto()) },
        CronString = { CronExpressions },
        ExcludeStructuredCalendar = { Skip.Select(c => c.ToProto()) },
        StartTime = StartAt is { } start ? Timestamp.FromDateTime(start.ToUniversalTime()) : null,
        EndTime = EndAt is { } end ? Timestamp.FromDateTime(end.ToUniversalTime()) : null,
        Jitter = Jitter is { } jitter ? Duration.FromTimeSpan(jitter) : null,
        TimezoneName = TimeZoneName ?? string.Empty,
    };
}
