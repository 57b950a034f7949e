namespace Temporal.DevServer.Visibility.Query;

/// <summary>Times from <see cref="From"/> to <see cref="To"/>, both included, in microseconds.</summary>
internal readonly record struct MicrosRange(long From, long To)
{
    /// <summary>Every time, and none for an open run's close.</summary>
    public static MicrosRange All { get; } = new(long.MinValue, long.MaxValue);

    /// <summary>What both ranges hold.</summary>
    public MicrosRange Intersect(MicrosRange other) => new(Math.Max(From, other.From), Math.Min(To, other.To));
}
