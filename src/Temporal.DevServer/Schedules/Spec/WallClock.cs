namespace Temporal.DevServer.Schedules.Spec;

/// <summary>
/// What a clock on the wall of a zone shows, and whether it shows it for the second time because it was put back within the hour. Going on to
/// the next unit puts the smaller ones to their beginnings.
/// </summary>
internal readonly record struct WallClock
{
    private readonly TimeZoneRules _zone;
    private readonly bool _isSecondPass;

    private WallClock(TimeZoneRules zone, DateTime shown, bool isSecondPass) => (_zone, Shown, _isSecondPass) = (zone, shown, isSecondPass);

    /// <summary>The face: date and time of the zone, whole seconds.</summary>
    public DateTime Shown { get; }

    /// <summary>The weekday of the instant, which around a change at midnight may be that of the day before.</summary>
    public DayOfWeek Weekday => _zone.Local(FirstInstant).DayOfWeek;

    /// <summary>The zone has such a time; hours that a change leaves out are on no clock.</summary>
    public bool Exists => _zone.Local(FirstInstant).Hour == Shown.Hour;

    /// <summary>Seconds since the Unix epoch.</summary>
    public long Instant => FirstInstant + (_isSecondPass ? SecondsPerHour : 0);

    private const long SecondsPerHour = 3600;

    private long FirstInstant => _zone.Instant(Shown);

    private DateTime Hour => Shown.Date.AddHours(Shown.Hour);

    /// <summary>The clock at an instant. An hour earlier it showed the same hour: then this is the second pass.</summary>
    public static WallClock At(long instant, TimeZoneRules zone)
    {
        var shown = zone.Local(instant);
        return new(zone, shown, zone.Local(instant - SecondsPerHour).Hour == shown.Hour);
    }

    public WallClock NextSecond() => WithinHour(Shown.AddSeconds(1));

    public WallClock NextMinute() => WithinHour(Hour.AddMinutes(Shown.Minute + 1));

    public WallClock NextHour() => First(Hour.AddHours(1));

    public WallClock NextDay() => First(Shown.Date.AddDays(1));

    public WallClock NextMonth() => First(new DateTime(Shown.Year, Shown.Month, 1).AddMonths(1));

    public WallClock NextYear() => First(new DateTime(Shown.Year + 1, 1, 1));

    private WallClock First(DateTime shown) => new(_zone, shown, isSecondPass: false);

    /// <summary>Once the hour is over it begins again if the clock was put back in it, and only once.</summary>
    private WallClock WithinHour(DateTime next)
    {
        var hour = Hour;
        if (next < hour.AddHours(1))
        {
            return new(_zone, next, _isSecondPass);
        }

        var comesTwice = _zone.Instant(hour.AddHours(1)) - _zone.Instant(hour) > SecondsPerHour;
        return comesTwice && !_isSecondPass ? new(_zone, hour, isSecondPass: true) : First(hour.AddHours(1));
    }
}
