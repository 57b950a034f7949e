using Google.Protobuf.Collections;
using ProtoRange = Temporalio.Api.Schedule.V1.Range;

namespace Temporalio.Client.Schedules;

/// <summary>Times by the calendar: those whose every field is in one of the field's ranges.</summary>
public record ScheduleCalendarSpec
{
    /// <summary>The number 0.</summary>
    public static readonly IReadOnlyCollection<ScheduleRange> Beginning = [ScheduleRange.Zero];

    /// <summary>All days of the month, 1 to 31.</summary>
    public static readonly IReadOnlyCollection<ScheduleRange> AllMonthDays = [new(1, 31)];

    /// <summary>All months, 1 to 12.</summary>
    public static readonly IReadOnlyCollection<ScheduleRange> AllMonths = [new(1, 12)];

    /// <summary>All days of the week, 0 (Sunday) to 6.</summary>
    public static readonly IReadOnlyCollection<ScheduleRange> AllWeekDays = [new(0, 6)];

    /// <summary>Seconds, 0 to 59. Default: 0.</summary>
    public IReadOnlyCollection<ScheduleRange> Second { get; init; } = Beginning;

    /// <summary>Minutes, 0 to 59. Default: 0.</summary>
    public IReadOnlyCollection<ScheduleRange> Minute { get; init; } = Beginning;

    /// <summary>Hours, 0 to 23. Default: 0.</summary>
    public IReadOnlyCollection<ScheduleRange> Hour { get; init; } = Beginning;

    /// <summary>Days of the month, 1 to 31. Default: all.</summary>
    public IReadOnlyCollection<ScheduleRange> DayOfMonth { get; init; } = AllMonthDays;

    /// <summary>Months, 1 to 12. Default: all.</summary>
    public IReadOnlyCollection<ScheduleRange> Month { get; init; } = AllMonths;

    /// <summary>Years. Default: empty, all.</summary>
    public IReadOnlyCollection<ScheduleRange> Year { get; init; } = [];

    /// <summary>Days of the week, 0 (Sunday) to 6. Default: all.</summary>
    public IReadOnlyCollection<ScheduleRange> DayOfWeek { get; init; } = AllWeekDays;

    /// <summary>What the times are for. Default: none.</summary>
    public string? Comment { get; init; }

    internal static ScheduleCalendarSpec FromProto(Api.Schedule.V1.StructuredCalendarSpec proto) => new()
    {
        Second = Ranges(proto.Second),
        Minute = Ranges(proto.Minute),
        Hour = Ranges(proto.Hour),
        DayOfMonth = Ranges(proto.DayOfMonth),
        Month = Ranges(proto.Month),
        Year = Ranges(proto.Year),
        DayOfWeek = Ranges(proto.DayOfWeek),
        Comment = proto.Comment.Length == 0 ? null : proto.Comment,
    };

    internal Api.Schedule.V1.StructuredCalendarSpec ToProto() => new()
    {
        Second = { Ranges(Second) },
        Minute = { Ranges(Minute) },
        Hour = { Ranges(Hour) },
        DayOfMonth = { Ranges(DayOfMonth) },
        Month = { Ranges(Month) },
        Year = { Ranges(Year) },
        DayOfWeek = { Ranges(DayOfWeek) },
        Comment = Comment ?? string.Empty,
    };

    private static ScheduleRange[] Ranges(RepeatedField<ProtoRange> ranges) => [.. ranges.Select(ScheduleRange.FromProto)];

    private static IEnumerable<ProtoRange> Ranges(IReadOnlyCollection<ScheduleRange> ranges) => ranges.Select(r => r.ToProto());
}
