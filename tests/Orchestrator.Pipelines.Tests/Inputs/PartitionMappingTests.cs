using Orchestrator.Pipelines.Inputs;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Tests.Inputs;

public sealed class PartitionMappingTests
{
    [Theory]
    [InlineData(PartitionUnit.Day, PartitionUnit.Day, "2020-03-01", 0, "2020-03-01..2020-03-01 1")]
    [InlineData(PartitionUnit.Day, PartitionUnit.Day, "2020-03-01", 6, "2020-02-24..2020-03-01 7")]
    [InlineData(PartitionUnit.Day, PartitionUnit.Week, "2020-W53", 0, "2020-12-28..2021-01-03 7")]
    [InlineData(PartitionUnit.Day, PartitionUnit.Month, "2020-02", 0, "2020-02-01..2020-02-29 29")]
    [InlineData(PartitionUnit.Day, PartitionUnit.Month, "2020-02", 1, "2020-01-31..2020-02-29 30")]
    [InlineData(PartitionUnit.Hour, PartitionUnit.Day, "2020-02-29", 0, "2020-02-29T00..2020-02-29T23 24")]
    [InlineData(PartitionUnit.Month, PartitionUnit.Day, "2020-02-29", 1, "2020-01..2020-02 2")]
    [InlineData(PartitionUnit.Month, PartitionUnit.Week, "2020-W14", 0, "2020-03..2020-04 2")]
    [InlineData(PartitionUnit.Static, PartitionUnit.Day, "2020-02-29", 0, "all..all 1")]
    [InlineData(PartitionUnit.List, PartitionUnit.List, "b", 1, "a..b 2")]
    [InlineData(PartitionUnit.File, PartitionUnit.File, "x.1", 0, "x.1..x.1 1")]
    public void Upstream_CoversTheTimeOfThePartition(PartitionUnit upstream, PartitionUnit downstream, string key, int lookback, string expected)
    {
        var (up, down) = (Of(upstream), Of(downstream));

        var needed = new PartitionMapping(up, down, lookback).Upstream(down.Calendar.Parse(key));

        Assert.Equal(expected, $"{needed[0]}..{needed[^1]} {needed.Count}");
    }

    [Theory]
    [InlineData("Europe/Berlin", "2020-03-28", 24)]
    [InlineData("Europe/Berlin", "2020-03-29", 23)]
    [InlineData("Europe/Berlin", "2020-10-25", 25)]
    [InlineData("Asia/Kathmandu", "2020-03-28", 25)] // begins at a quarter past
    public void Upstream_OfHoursOnClockChanges_HasAsManyAsTheDay(string zone, string day, int hours)
    {
        var days = Of(PartitionUnit.Day, zone);

        Assert.Equal(hours, new PartitionMapping(Of(PartitionUnit.Hour), days).Upstream(days.Calendar.Parse(day)).Count);
    }

    [Fact]
    public void Upstream_OfAnotherZone_OverlapsTwoDays()
    {
        var tokyo = Of(PartitionUnit.Day, "Asia/Tokyo");

        Assert.Equal(["2020-03-01", "2020-03-02"], new PartitionMapping(Of(PartitionUnit.Day), tokyo).Upstream(tokyo.Calendar.Parse("2020-03-02")).Select(k => k.Value));
    }

    [Theory]
    [InlineData(PartitionUnit.Day, PartitionUnit.Month, 0)]
    [InlineData(PartitionUnit.Day, PartitionUnit.Week, 6)]
    [InlineData(PartitionUnit.Month, PartitionUnit.Day, 1)]
    [InlineData(PartitionUnit.Hour, PartitionUnit.Day, 30)]
    [InlineData(PartitionUnit.Week, PartitionUnit.Month, 1)]
    public void Downstream_IsTheInverseOfUpstream(PartitionUnit upstream, PartitionUnit downstream, int lookback)
    {
        var (up, down) = (Of(upstream, "Europe/Berlin"), Of(downstream, "Europe/Berlin"));
        var mapping = new PartitionMapping(up, down, lookback);
        var downs = down.Calendar.Range(down.Calendar.Containing(At("2020-01-01")), down.Calendar.Containing(At("2020-12-31"))).ToList();

        foreach (var key in up.Calendar.Range(up.Calendar.Containing(At("2020-03-20")), up.Calendar.Containing(At("2020-07-01"))))
        {
            Assert.Equal(downs.Where(d => mapping.Upstream(d).Contains(key)), mapping.Downstream(key));
        }
    }

    [Fact]
    public void Upstream_OutsideTheBounds_IsLeftOut()
    {
        var days = Of(PartitionUnit.Day);
        var from = days with { Start = days.Calendar.Parse("2020-02-27") };

        Assert.Equal(3, new PartitionMapping(from, Of(PartitionUnit.Month)).Upstream(Of(PartitionUnit.Month).Calendar.Parse("2020-02")).Count);
    }

    [Fact]
    public void Upstream_OfWhatCannotBeAligned_IsRefused()
    {
        var list = Of(PartitionUnit.List);

        Assert.False(PartitionMapping.CanAlign(PartitionUnit.Day, PartitionUnit.List));
        Assert.Throws<InvalidOperationException>(() => new PartitionMapping(Of(PartitionUnit.Day), list).Upstream(list.Calendar.Parse("a")));
        Assert.Throws<InvalidOperationException>(() => new PartitionMapping(Of(PartitionUnit.Static), Of(PartitionUnit.Day)).Downstream(Of(PartitionUnit.Static).Calendar.Parse("all")));
    }

    private static DateTimeOffset At(string day) => DateTimeOffset.Parse(day + "T12:00Z", System.Globalization.CultureInfo.InvariantCulture);

    private static Partitioning Of(PartitionUnit unit, string zone = "UTC")
    {
        Assert.SkipUnless(TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found), $"This machine has no time zone data for '{zone}' (package tzdata).");
        return new Partitioning { Calendar = new PartitionCalendar(unit, found!, unit == PartitionUnit.List ? ["a", "b", "c"] : null), Column = "p", TimeZone = zone };
    }
}
