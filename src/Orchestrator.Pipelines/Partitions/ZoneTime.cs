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
