namespace Orchestrator.Pipelines.Partitions;

/// <summary>From wall clocks to instants, also where a clock change skips or repeats the time.</summary>
internal static class ZoneTime
{
    /// <summary>First instant at which the zone's clock shows this time or, when a gap swallows it, a later one. In UTC.</summary>
    public static DateTimeOffset FirstInstant(DateTime local, TimeZoneInfo zone)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(local))
        {
            return EndOfGap(local, zone);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>Every instant (UTC), in order, at which the zone's clock shows this time: none in a gap, two where it comes twice. Asks the clock and not the zone's rules, which disagree for zones that put it back in summer.</summary>
    public static IReadOnlyList<DateTimeOffset> Instants(DateTime local, TimeZoneInfo zone)
    {
        var read = new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), TimeSpan.Zero);
        var (before, after) = (zone.GetUtcOffset(read.AddHours(-26)), zone.GetUtcOffset(read.AddHours(26)));
        IEnumerable<TimeSpan> offsets = before == after ? [before] : [before, after];
        return [.. offsets.Where(o => zone.GetUtcOffset(read - o) == o).Select(o => read - o).Order()];
    }

    /// <summary>The first instant after the gap that swallows this time (UTC).</summary>
    public static DateTimeOffset AfterGap(DateTime local, TimeZoneInfo zone) => EndOfGap(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), zone);

    /// <summary>Bisects for the clock change that skipped this time: around a gap the clock only moves forward.</summary>
    private static DateTimeOffset EndOfGap(DateTime local, TimeZoneInfo zone)
    {
        var before = DateTime.SpecifyKind(local.AddHours(-36), DateTimeKind.Utc);
        var after = DateTime.SpecifyKind(local.AddHours(36), DateTimeKind.Utc);
        while (after - before > TimeSpan.FromSeconds(1))
        {
            var middle = before + TimeSpan.FromSeconds((long)(after - before).TotalSeconds / 2);
            if (TimeZoneInfo.ConvertTimeFromUtc(middle, zone) >= local)
            {
                after = middle;
            }
            else
            {
                before = middle;
            }
        }

        return new DateTimeOffset(after, TimeSpan.Zero);
    }
}
