namespace Temporal.DevServer.Schedules.Spec;

/// <summary>How far a zone's clocks are from UTC at each instant.</summary>
internal abstract class TimeZoneRules
{
    /// <summary>UTC.</summary>
    public static TimeZoneRules Utc { get; } = new Fixed();

    /// <summary>Seconds to add to UTC for the zone's clock, at an instant in seconds since the Unix epoch.</summary>
    public abstract long OffsetAt(long instant);

    /// <summary>What the zone's clock shows at an instant, as if it were UTC.</summary>
    public DateTime Local(long instant) => DateTime.UnixEpoch.AddSeconds(instant + OffsetAt(instant));

    /// <summary>
    /// The instant at which the zone's clock shows this time. In a gap, where it never does, it is the one that the offset before or after the
    /// gap gives; in an overlap, where it does so twice, one of the two: exactly those that the real server takes.
    /// </summary>
    public long Instant(DateTime local)
    {
        var asUtc = (local.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        var offset = OffsetAt(asUtc);
        return offset == 0 ? asUtc : asUtc - OffsetAt(asUtc - offset);
    }

    private sealed class Fixed : TimeZoneRules
    {
        public override long OffsetAt(long instant) => 0;
    }
}
