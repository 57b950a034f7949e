using System.Globalization;
using Google.Protobuf;
using Temporal.DevServer.Schedules.Spec;
using Temporalio.Api.Schedule.V1;

namespace Temporal.DevServer.Tests.Schedules.Spec;

public sealed class CompiledScheduleSpecTests
{
    [Theory]
    [InlineData("5/ * * * *", "Minute missing step value")]
    [InlineData("1-2-3 * * * *", "Minute has too many dashes")]
    [InlineData("1/2/3 * * * *", "Minute has too many slashes")]
    [InlineData("*/0 * * * *", "Minute has invalid Step")]
    [InlineData("*/99999999999999999999 * * * *", "strconv.Atoi: parsing \"99999999999999999999\": value out of range")]
    [InlineData("60 24 * * *", "Minute is not in range [0-59], Hour is not in range [0-23]")]
    [InlineData("@every", "CronString does not have interval after @every")]
    [InlineData("@every 1h30", "time: missing unit in duration \"1h30\"")]
    [InlineData("@every 1w", "time: unknown unit \"w\" in duration \"1w\"")]
    [InlineData("TZ=../etc/passwd 0 0 * * *", "time: invalid location name")]
    [InlineData("TZ=America 0 0 * * *", "unknown time zone America")]
    public void Compile_OfAWrongCronString_NamesTheFault(string cron, string error) =>
        Assert.Equal("Invalid schedule spec: " + error, Assert.Throws<ScheduleSpecException>(() => Cron(cron)).Message);

    [Fact]
    public void Next_OfADenseSpecThatExcludesItself_EndsWithAnError()
    {
        var spec = new ScheduleSpec { Interval = { new IntervalSpec { Interval = new() { Seconds = 1 } } } };
        spec.ExcludeStructuredCalendar.Add(CalendarParser.Parse(new() { Second = "*", Minute = "*", Hour = "*" }));
        var compiled = CompiledScheduleSpec.Compile(spec, TimeZoneDatabase.System);
        Assert.Contains("too many exclusions", Assert.Throws<ScheduleSpecException>(() => compiled.Next(At("2026-01-01T00:00:00Z"), "")).Message);
    }

    [Fact]
    public void Compile_WithExcludesBeyondAllFields_IgnoresThem()
    {
        var spec = new ScheduleSpec { CronString = { "0 0 * * *" } };
        spec.ExcludeStructuredCalendar.Add(new StructuredCalendarSpec { Hour = { new Temporalio.Api.Schedule.V1.Range { Start = -5, End = int.MaxValue, Step = -1 } } });
        Assert.Equal(At("2026-01-02T00:00:00Z"), CompiledScheduleSpec.Compile(spec, TimeZoneDatabase.System).Next(At("2026-01-01T00:00:00Z"), "")!.Value.Nominal);
    }

    [Theory]
    [InlineData("0 0 * * *", "America/Santiago", "2026-09-05T12:00:00Z", "2026-09-07T03:00:00Z")] // midnight of the 6th does not exist
    [InlineData("30 0 * * *", "Asia/Tehran", "2026-03-21T12:00:00Z", "2026-03-21T21:00:00Z")]
    [InlineData("0 12 * * *", "Europe/Dublin", "2026-07-01T00:00:00Z", "2026-07-01T11:00:00Z")] // whose winter is its daylight saving time
    [InlineData("0 12 1 7 *", "America/New_York", "2090-01-01T00:00:00Z", "2090-07-01T16:00:00Z")] // by the rule for later years
    [InlineData("0 12 1 1 *", "Australia/Sydney", "2090-01-02T00:00:00Z", "2091-01-01T01:00:00Z")]
    public void Next_AcrossChangesOfTheClock_IsTheZonesTime(string cron, string zone, string after, string expected) =>
        Assert.Equal(At(expected), Cron($"CRON_TZ={zone} {cron}").Next(At(after), "")!.Value.Nominal);

    [Fact]
    public void OffsetAt_OfEveryZone_AgreesWithThePlatform()
    {
        foreach (var zone in new[] { "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago", "Pacific/Apia", "Asia/Gaza" })
        {
            var rules = TimeZoneDatabase.System.Find(zone);
            var platform = TimeZoneInfo.FindSystemTimeZoneById(zone);
            for (var time = At("2000-01-01T00:30:00Z"); time.Year < 2036; time = time.AddHours(5))
            {
                Assert.True(
                    platform.GetUtcOffset(time).TotalSeconds == rules.OffsetAt((long)(time - DateTime.UnixEpoch).TotalSeconds),
                    $"{zone} at {time:O}: {rules.OffsetAt((long)(time - DateTime.UnixEpoch).TotalSeconds)} s");
            }
        }
    }

    [Fact]
    public void Compile_OfCutZoneData_NeverFailsOtherwise()
    {
        var data = File.ReadAllBytes("/usr/share/zoneinfo/America/New_York");
        for (var length = 1; length < data.Length; length++)
        {
            try
            {
                CompiledScheduleSpec.Compile(new() { TimezoneData = ByteString.CopyFrom(data, 0, length), CronString = { "0 0 * * *" } }, TimeZoneDatabase.System);
            }
            catch (ScheduleSpecException e)
            {
                Assert.EndsWith("malformed time zone information", e.Message);
            }
        }
    }

    [Fact]
    public void Next_BeforeTheStart_BeginsThere()
    {
        var spec = CompiledScheduleSpec.Compile(new() { CronString = { "* * * * * * *" }, StartTime = new() { Seconds = 1_800_000_000 } }, TimeZoneDatabase.System);
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1_800_000_000), spec.Next(DateTime.UnixEpoch, "")!.Value.Nominal);
    }

    private static CompiledScheduleSpec Cron(string cron) => CompiledScheduleSpec.Compile(new() { CronString = { cron } }, TimeZoneDatabase.System);

    private static DateTime At(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
}
