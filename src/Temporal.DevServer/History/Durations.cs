using Google.Protobuf.WellKnownTypes;

namespace Temporal.DevServer.History;

/// <summary>Conversions between wire times and .NET's, where absent means zero and nothing overflows.</summary>
internal static class Durations
{
    private const long MaxSeconds = 100L * 365 * 86400;

    /// <summary>The span, zero when absent, capped at a hundred years.</summary>
    public static TimeSpan Of(Duration? duration) =>
        duration is null ? TimeSpan.Zero
        : duration.Seconds >= MaxSeconds ? TimeSpan.FromSeconds(MaxSeconds)
        : duration.Seconds <= -MaxSeconds ? TimeSpan.FromSeconds(-MaxSeconds)
        : TimeSpan.FromTicks((duration.Seconds * TimeSpan.TicksPerSecond) + (duration.Nanos / 100));

    public static Duration Wire(TimeSpan span) => Duration.FromTimeSpan(span);

    /// <summary>The time later, at most the last one that can be told.</summary>
    public static DateTime After(DateTime time, TimeSpan span) =>
        span > DateTime.MaxValue - time ? DateTime.MaxValue : time + span;

    public static Timestamp Wire(DateTime time) => Timestamp.FromDateTime(time);

    public static Timestamp? Wire(DateTime? time) => time is { } t ? Timestamp.FromDateTime(t) : null;

    public static DateTime Of(Timestamp timestamp) => timestamp.ToDateTime();

    public static bool IsNegative(Duration? duration) => duration is { } d && (d.Seconds < 0 || d.Nanos < 0);

    /// <summary>The smaller of two limits where zero means none.</summary>
    public static TimeSpan Tighter(TimeSpan one, TimeSpan other) =>
        one == TimeSpan.Zero ? other : other == TimeSpan.Zero ? one : one < other ? one : other;
}
