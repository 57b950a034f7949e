using System.Globalization;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Scheduling;

namespace Orchestrator.Pipelines.Tests.Scheduling;

public sealed class ScheduleSpecTests
{
    [Theory]
    // Berlin: 2024-03-31 02:00-03:00 is skipped, 2024-10-27 02:00-03:00 comes twice.
    [InlineData("30 2 * * *", "2024-03-30T12:00Z", "2024-04-01T12:00Z", MissingTime.Shift, RepeatedTime.First, "2024-03-31T01:00Z 2024-04-01T00:30Z")]
    [InlineData("30 2 * * *", "2024-03-30T12:00Z", "2024-04-01T12:00Z", MissingTime.Skip, RepeatedTime.First, "2024-04-01T00:30Z")]
    [InlineData("30 2 * * *", "2024-10-26T12:00Z", "2024-10-28T12:00Z", MissingTime.Shift, RepeatedTime.First, "2024-10-27T00:30Z 2024-10-28T01:30Z")]
    [InlineData("30 2 * * *", "2024-10-26T12:00Z", "2024-10-28T12:00Z", MissingTime.Shift, RepeatedTime.Second, "2024-10-27T01:30Z 2024-10-28T01:30Z")]
    [InlineData("30 2 * * *", "2024-10-26T12:00Z", "2024-10-28T12:00Z", MissingTime.Shift, RepeatedTime.Both, "2024-10-27T00:30Z 2024-10-27T01:30Z 2024-10-28T01:30Z")]
    [InlineData("*/30 * * * *", "2024-10-27T00:00Z", "2024-10-27T02:00Z", MissingTime.Shift, RepeatedTime.Both, "2024-10-27T00:00Z 2024-10-27T00:30Z 2024-10-27T01:00Z 2024-10-27T01:30Z")]
    [InlineData("*/30 2,3 * * *", "2024-03-31T00:00Z", "2024-03-31T03:00Z", MissingTime.Shift, RepeatedTime.First, "2024-03-31T01:00Z 2024-03-31T01:30Z")] // shifted times that meet others fire once
    public void Between_OnClockChanges_FollowsTheRule(string cron, string from, string to, MissingTime missing, RepeatedTime repeated, string expected)
    {
        var schedule = Berlin(cron) with { MissingTime = missing, RepeatedTime = repeated };

        Assert.Equal(expected, Text(schedule.Between(Instant(from), Instant(to))));
    }

    [Theory]
    [InlineData(HolidayRule.Skip, "2024-12-23T05:00Z 2024-12-27T05:00Z 2024-12-30T05:00Z")]
    [InlineData(HolidayRule.Run, "2024-12-23T05:00Z 2024-12-24T05:00Z 2024-12-25T05:00Z 2024-12-26T05:00Z 2024-12-27T05:00Z 2024-12-28T05:00Z 2024-12-29T05:00Z 2024-12-30T05:00Z")]
    public void Between_OnHolidays_FollowsTheRule(HolidayRule rule, string expected)
    {
        var schedule = Berlin("0 6 * * *") with { OnHoliday = rule, Calendar = Christmas };

        Assert.Equal(expected, Text(schedule.Between(Instant("2024-12-23T00:00Z"), Instant("2024-12-31T00:00Z"))));
    }

    [Fact]
    public void Between_WithNextBusinessDay_MovesOutOfTheHolidays()
    {
        var schedule = Berlin("0 6 25 * *") with { OnHoliday = HolidayRule.NextBusinessDay, Calendar = Christmas };

        Assert.Equal("2024-11-25T05:00Z 2024-12-27T05:00Z 2025-01-27T05:00Z", Text(schedule.Between(Instant("2024-11-01T00:00Z"), Instant("2025-02-01T00:00Z"))));
        Assert.Equal(Instant("2024-12-27T05:00Z"), schedule.Next(Instant("2024-12-26T12:00Z")));
    }

    [Fact]
    public void Next_IsAfterTheInstant()
    {
        var schedule = Berlin("0 0 29 2 *");

        Assert.Equal(Instant("2028-02-28T23:00Z"), schedule.Next(Instant("2024-02-28T23:00Z")));
        Assert.Equal(Instant("2024-02-28T23:00Z"), schedule.Next(Instant("2024-02-28T22:59Z")));
    }

    [Theory]
    [InlineData(PartitionUnit.Day, "2024-03-01T05:00Z", 1, "2024-02-29")]
    [InlineData(PartitionUnit.Day, "2024-03-01T23:30Z", 0, "2024-03-02")] // already the next day in Berlin
    [InlineData(PartitionUnit.Month, "2024-03-01T05:00Z", 1, "2024-02")]
    [InlineData(PartitionUnit.Week, "2024-01-01T05:00Z", 1, "2023-W52")]
    [InlineData(PartitionUnit.Hour, "2024-03-01T05:00Z", 1, "2024-03-01T04")]
    [InlineData(PartitionUnit.Static, "2024-03-01T05:00Z", 1, "all")]
    [InlineData(PartitionUnit.List, "2024-03-01T05:00Z", 1, "north south")]
    [InlineData(PartitionUnit.File, "2024-03-01T05:00Z", 1, "")]
    public void PartitionsAt_GivesWhatIsDue(PartitionUnit unit, string nominal, int lag, string expected)
    {
        var schedule = Berlin("0 6 * * *") with { Lag = lag };
        var calendar = new PartitionCalendar(unit, schedule.TimeZone, unit == PartitionUnit.List ? ["north", "south"] : null);

        var due = schedule.PartitionsAt(Instant(nominal), new Partitioning { Calendar = calendar, Column = "p", TimeZone = "Europe/Berlin" });

        Assert.Equal(expected, string.Join(' ', due));
    }

    [Fact]
    public void Expects_LeavesOutDaysAndKeepsLongerPartitions()
    {
        var days = new PartitionCalendar(PartitionUnit.Day, TimeZoneInfo.Utc);

        Assert.Equal(["2024-12-23", "2024-12-27"], days.Range(days.Parse("2024-12-22"), days.Parse("2024-12-29")).Where(d => Christmas.Expects(days, d)).Select(d => d.Value));
        Assert.True(Christmas.Expects(new PartitionCalendar(PartitionUnit.Month, TimeZoneInfo.Utc), new PartitionCalendar(PartitionUnit.Month, TimeZoneInfo.Utc).Parse("2024-12")));
        Assert.False(new BusinessCalendar { Weekdays = new HashSet<DayOfWeek> { DayOfWeek.Sunday } }.Expects(days, days.Parse("2024-12-23")));
    }

    private static BusinessCalendar Christmas { get; } = new()
    {
        Weekdays = new HashSet<DayOfWeek> { DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday },
        Holidays = new HashSet<DateOnly> { new(2024, 12, 24) },
        YearlyHolidays = new HashSet<(int, int)> { (12, 25), (12, 26) },
    };

    private static ScheduleSpec Berlin(string cron)
    {
        Assert.SkipUnless(TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Berlin", out var zone), "This machine has no time zone data (package tzdata).");
        return new ScheduleSpec { Cron = CronExpression.Parse(cron), TimeZone = zone! };
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string Text(IEnumerable<DateTimeOffset> instants) => string.Join(' ', instants.Select(i => i.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture)));
}
