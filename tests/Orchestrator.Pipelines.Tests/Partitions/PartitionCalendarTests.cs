using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Tests.Partitions;

public sealed class PartitionCalendarTests
{
    private static readonly PartitionCalendar Days = new(PartitionUnit.Day, TimeZoneInfo.Utc);

    [Theory]
    [InlineData(PartitionUnit.Day, "2020-02-29", "2020-02-29T00:00:00Z", "2020-03-01T00:00:00Z")]
    [InlineData(PartitionUnit.Month, "2020-12", "2020-12-01T00:00:00Z", "2021-01-01T00:00:00Z")]
    [InlineData(PartitionUnit.Month, "2020-02", "2020-02-01T00:00:00Z", "2020-03-01T00:00:00Z")]
    [InlineData(PartitionUnit.Week, "2020-W53", "2020-12-28T00:00:00Z", "2021-01-04T00:00:00Z")]
    [InlineData(PartitionUnit.Week, "2021-W01", "2021-01-04T00:00:00Z", "2021-01-11T00:00:00Z")]
    [InlineData(PartitionUnit.Hour, "2020-12-31T23", "2020-12-31T23:00:00Z", "2021-01-01T00:00:00Z")]
    public void Parse_InUtc_CoversTheUnit(PartitionUnit unit, string value, string start, string end)
    {
        var key = new PartitionCalendar(unit, TimeZoneInfo.Utc).Parse(value);

        Assert.Equal((value, Instant(start), Instant(end)), (key.Value, key.Start, key.End));
    }

    [Theory]
    [InlineData("America/New_York", "2020-03-07", "2020-03-07T05:00:00Z", "2020-03-08T05:00:00Z")]
    [InlineData("America/New_York", "2020-03-08", "2020-03-08T05:00:00Z", "2020-03-09T04:00:00Z")] // 23 hours
    [InlineData("America/New_York", "2020-11-01", "2020-11-01T04:00:00Z", "2020-11-02T05:00:00Z")] // 25 hours
    [InlineData("Asia/Kathmandu", "2020-03-15", "2020-03-14T18:15:00Z", "2020-03-15T18:15:00Z")]
    [InlineData("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z")] // midnight does not exist
    [InlineData("America/Havana", "2020-11-01", "2020-11-01T04:00:00Z", "2020-11-02T05:00:00Z")] // midnight exists twice
    [InlineData("Australia/Lord_Howe", "2020-04-05", "2020-04-04T13:00:00Z", "2020-04-05T13:30:00Z")] // half an hour
    [InlineData("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z")]
    [InlineData("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z")] // the day that Samoa skipped
    public void Parse_OnClockChanges_BeginsAtTheFirstInstantOfTheDay(string zone, string day, string start, string end)
    {
        var key = new PartitionCalendar(PartitionUnit.Day, Zone(zone)).Parse(day);

        Assert.Equal((Instant(start), Instant(end)), (key.Start, key.End));
    }

    [Theory]
    [InlineData("America/New_York")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("America/Havana")]
    [InlineData("Europe/Berlin")]
    [InlineData("Africa/Cairo")]
    [InlineData("Asia/Beirut")]
    public void Range_OverYearsOfClockChanges_LeavesNoGapAndNoOverlap(string zone)
    {
        var calendar = new PartitionCalendar(PartitionUnit.Day, Zone(zone));
        var days = calendar.Range(calendar.Parse("2008-01-01"), calendar.Parse("2024-01-01")).ToList();

        Assert.All(days.Zip(days.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
        Assert.All(days, day => Assert.Equal(day, calendar.Containing(day.Start)));
    }

    [Theory]
    [InlineData("2019-12-29", "2019-W52")] // a Sunday
    [InlineData("2019-12-30", "2020-W01")]
    [InlineData("2021-01-03", "2020-W53")]
    public void Containing_AroundNewYear_GivesTheIsoWeek(string day, string week)
    {
        var calendar = new PartitionCalendar(PartitionUnit.Week, TimeZoneInfo.Utc);

        Assert.Equal(calendar.Parse(week), calendar.Containing(Instant(day + "T23:59:59Z")));
    }

    [Fact]
    public void Range_FromLaterToEarlier_IsEmpty() => Assert.Empty(Days.Range(Days.Parse("2020-03-02"), Days.Parse("2020-03-01")));

    [Fact]
    public void Range_IsHalfOpen() =>
        Assert.Equal(["2020-02-28", "2020-02-29", "2020-03-01"], Days.Range(Days.Parse("2020-02-28"), Days.Parse("2020-03-02")).Select(k => k.Value));

    [Theory]
    [InlineData(PartitionUnit.Day, "2020-03-01", -1, "2020-02-29")]
    [InlineData(PartitionUnit.Day, "2020-01-01", 366, "2021-01-01")]
    [InlineData(PartitionUnit.Month, "2020-11", 3, "2021-02")]
    [InlineData(PartitionUnit.Week, "2020-W52", 2, "2021-W01")]
    [InlineData(PartitionUnit.Week, "2021-W01", -1, "2020-W53")]
    [InlineData(PartitionUnit.Hour, "2020-03-08T23", 2, "2020-03-09T01")]
    public void Add_MovesByUnits_AndDistanceMeasuresIt(PartitionUnit unit, string from, int units, string expected)
    {
        var calendar = new PartitionCalendar(unit, TimeZoneInfo.Utc);
        var moved = calendar.Add(calendar.Parse(from), units);

        Assert.Equal(expected, moved.Value);
        Assert.Equal(units, calendar.Distance(calendar.Parse(from), moved));
    }

    [Theory]
    [InlineData(PartitionUnit.Day, "2020-02-30")]
    [InlineData(PartitionUnit.Day, "2020-3-1")]
    [InlineData(PartitionUnit.Day, "20200301")]
    [InlineData(PartitionUnit.Day, "")]
    [InlineData(PartitionUnit.Month, "2020-13")]
    [InlineData(PartitionUnit.Week, "2021-W53")]
    [InlineData(PartitionUnit.Week, "2020-W00")]
    [InlineData(PartitionUnit.Week, "2020-W12\n")]
    [InlineData(PartitionUnit.Hour, "2020-03-01T24")]
    public void Parse_OfAnotherForm_SaysTheForm(PartitionUnit unit, string value)
    {
        var calendar = new PartitionCalendar(unit, TimeZoneInfo.Utc);

        Assert.False(calendar.TryParse(value, out _));
        Assert.Contains(calendar.Pattern, Assert.Throws<FormatException>(() => calendar.Parse(value)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void List_KeepsItsOrderAndItsEnds()
    {
        var calendar = new PartitionCalendar(PartitionUnit.List, TimeZoneInfo.Utc, ["north", "east", "west"]);

        Assert.Equal("west", calendar.Add(calendar.Parse("north"), 2).Value);
        Assert.Equal(["north", "east"], calendar.Range(calendar.Parse("north"), calendar.Parse("west")).Select(k => k.Value));
        Assert.Throws<ArgumentOutOfRangeException>(() => calendar.Next(calendar.Parse("west")));
        Assert.False(calendar.TryParse("south", out _));
        Assert.Throws<InvalidOperationException>(() => calendar.Containing(DateTimeOffset.UnixEpoch));
        Assert.Equal(["north", "east", "west"], new[] { "west", "north", "east" }.Select(calendar.Parse).Order().Select(k => k.Value));
        Assert.True(calendar.Parse("east").IsBetween(calendar.Parse("north"), calendar.Parse("west")));
    }

    [Fact]
    public void Back_BeforeTheFirstOfAList_IsTheFirst()
    {
        var list = new PartitionCalendar(PartitionUnit.List, TimeZoneInfo.Utc, ["a", "b", "c"]);
        var days = new PartitionCalendar(PartitionUnit.Day, TimeZoneInfo.Utc);

        Assert.Equal(["a", "a", "b"], list.Values.Select(v => list.Back(list.Parse(v), v == "c" ? 1 : 5).Value));
        Assert.Equal("2024-02-29", days.Back(days.Parse("2024-03-02"), 2).Value);
    }

    [Fact]
    public void Static_IsOnePartition()
    {
        var calendar = new PartitionCalendar(PartitionUnit.Static, TimeZoneInfo.Utc);

        Assert.Equal(["all"], calendar.Values);
        Assert.False(calendar.TryAdd(calendar.Parse("all"), 1, out _));
        Assert.False(calendar.TryParse("2020-01-01", out _));
        Assert.Equal("expected 'all'", "expected " + calendar.Pattern["one of ".Length..]);
    }

    [Fact]
    public void File_IsAnyNameWithoutNeighbours()
    {
        var calendar = new PartitionCalendar(PartitionUnit.File, TimeZoneInfo.Utc);

        Assert.True(calendar.TryParse("orders_2020-01.v2", out var key));
        Assert.True(calendar.TryAdd(key, 0, out _));
        Assert.False(calendar.TryAdd(key, 1, out _));
        Assert.False(calendar.TryParse("../x", out _));
        Assert.False(calendar.TryParse(".hidden", out _));
        Assert.True(calendar.Distance(calendar.Parse("a"), calendar.Parse("b")) > 0);
        Assert.Throws<InvalidOperationException>(() => calendar.Containing(DateTimeOffset.UnixEpoch));
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static TimeZoneInfo Zone(string name)
    {
        Assert.SkipUnless(TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone), $"This machine has no time zone data for '{name}' (package tzdata).");
        return zone!;
    }
}
