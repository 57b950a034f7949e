using System.Globalization;
using Orchestrator.Pipelines.Scheduling;

namespace Orchestrator.Pipelines.Tests.Scheduling;

public sealed class FiringTimesTests
{
    public static TheoryData<string, string> Schedules()
    {
        var data = new TheoryData<string, string>();
        string[] zones = ["UTC", "Europe/Berlin", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "Africa/Casablanca"];
        string[] crons = ["30 6 * * *", "30 2 * * *", "15 1 * * *", "0 * * * *", "*/20 * * * *", "30 2 29 2 *", "0 0 L * *", "45 23 * * mon-fri", "30 1 13 * fri", "10 0,2,12 1-7 3,10,11 *"];
        foreach (var zone in zones)
        {
            foreach (var cron in crons)
            {
                data.Add(zone, cron);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Calendars_HoldEveryTimeTheScheduleFires_AndFewMore(string zone, string cron)
    {
        foreach (var (missing, repeated) in new[] { (MissingTime.Shift, RepeatedTime.First), (MissingTime.Skip, RepeatedTime.Second), (MissingTime.Shift, RepeatedTime.Both) })
        {
            var schedule = Of(zone, cron) with { MissingTime = missing, RepeatedTime = repeated };
            var times = FiringTimes.Of(schedule);
            var (from, to) = (Instant("2027-03-01T00:00Z"), Instant("2028-03-02T00:00Z"));

            var fires = schedule.Between(from, to).ToArray();

            Assert.All(fires, t => Assert.True(times.Holds(t), $"{t:O}"));
            Assert.InRange(times.Calendars.Count, 1, 60);
            if (repeated == RepeatedTime.First)
            {
                // Morocco changes its clock by the moon: any day may be the one.
                var held = Enumerable.Range(0, (int)(to - from).TotalMinutes / 5).Count(m => times.Holds(from.AddMinutes(5 * m)));
                Assert.InRange(held, fires.Length, (fires.Length * (zone == "Africa/Casablanca" ? 2.1 : 1.4)) + 60);
            }
        }
    }

    [Theory]
    [InlineData("Europe/Berlin", "30 6 * * *", "Europe/Berlin")]
    [InlineData("Europe/Berlin", "30 2 * * *", "UTC")]
    [InlineData("Europe/Berlin", "0 * * * *", "UTC")]
    [InlineData("America/New_York", "30 1 * * *", "UTC")]
    [InlineData("America/New_York", "30 3 * * *", "America/New_York")]
    [InlineData("Asia/Kolkata", "*/10 * * * *", "Asia/Kolkata")]
    public void TimeZone_IsTheSchedulesOwnUnlessAClockChangeTouchesATime(string zone, string cron, string expected) =>
        Assert.Equal(expected, FiringTimes.Of(Of(zone, cron)).TimeZone);

    [Fact]
    public void Calendars_OfAPlainTime_AreOne()
    {
        var calendar = Assert.Single(FiringTimes.Of(Of("Europe/Berlin", "30 6 * * mon-fri")).Calendars);
        Assert.Equal([6], calendar.Hours);
        Assert.Equal([30], calendar.Minutes);
        Assert.Equal([1, 2, 3, 4, 5], calendar.Weekdays);
        Assert.Equal((12, 31), (calendar.Months.Count, calendar.Days.Count));
    }

    [Fact]
    public void Calendars_WithNextBusinessDay_HoldTheDaysItIsMovedTo()
    {
        var schedule = Of("Europe/Berlin", "0 6 1 * *") with { OnHoliday = HolidayRule.NextBusinessDay, Calendar = Work };
        var times = FiringTimes.Of(schedule);

        Assert.All(schedule.Between(Instant("2026-01-01T00:00Z"), Instant("2030-01-01T00:00Z")), t => Assert.True(times.Holds(t), $"{t:O}"));
        Assert.True(times.Holds(Instant("2026-08-03T04:00Z"))); // 1 August 2026 is a Saturday
    }

    [Fact]
    public void Times_WithNextBusinessDay_KeepTheDaysThatWereMoved()
    {
        var schedule = Of("Europe/Berlin", "0 6 * * *") with { OnHoliday = HolidayRule.NextBusinessDay, Calendar = Work };

        var monday = schedule.FiringAt(Instant("2026-08-03T04:00Z"));

        Assert.Equal(["2026-08-01", "2026-08-02", "2026-08-03"], monday.Select(t => t.Nominal.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        Assert.Empty(schedule.FiringAt(Instant("2026-08-02T04:00Z")));
    }

    [Fact]
    public void Times_LeftOut_SayWhy()
    {
        var schedule = Of("Europe/Berlin", "30 2 * * *") with { MissingTime = MissingTime.Skip, Calendar = Work };

        string[] Why(string from, string to) => [.. schedule.Times(Instant(from), Instant(to)).Select(t => t.Skipped).OfType<string>()];

        Assert.Equal(["2026-12-25 is a holiday, which the calendar leaves out", "2026-12-26 is a Saturday, which the calendar leaves out"], Why("2026-12-24T12:00Z", "2026-12-26T12:00Z"));
        Assert.Equal(["2026-10-25 is a Sunday, which the calendar leaves out"], Why("2026-10-24T23:00Z", "2026-10-25T12:00Z"));
        schedule = schedule with { Calendar = null };
        Assert.Equal(["2026-03-29 02:30 does not exist, the clock is put forward (Europe/Berlin)"], Why("2026-03-28T12:00Z", "2026-03-29T12:00Z"));
        Assert.Equal(["2026-10-25 02:30 comes twice, the second is left out (Europe/Berlin)"], Why("2026-10-24T12:00Z", "2026-10-25T12:00Z"));
    }

    private static BusinessCalendar Work { get; } = new()
    {
        Weekdays = new HashSet<DayOfWeek> { DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday },
        YearlyHolidays = new HashSet<(int, int)> { (12, 25), (12, 26) },
    };

    private static ScheduleSpec Of(string zone, string cron)
    {
        Assert.SkipUnless(TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found), "This machine has no time zone data (package tzdata).");
        return new ScheduleSpec { Cron = CronExpression.Parse(cron), TimeZone = found! };
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
