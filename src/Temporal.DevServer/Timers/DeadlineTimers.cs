namespace Temporal.DevServer.Timers;

/// <summary>Timers for what users wait for, as opposed to the server's own upkeep.</summary>
internal static class DeadlineTimers
{
    /// <summary>A timer, not started, that a clock which skips time may jump to.</summary>
    public static ITimer CreateDeadline(this TimeProvider time, TimerCallback callback, object? state) => time is SkippingClock clock
        ? clock.CreateDeadline(callback, state)
        : time.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Keeps a clock that skips time from doing so until the result is disposed; null for other clocks.</summary>
    public static IDisposable? Hold(this TimeProvider time) => (time as SkippingClock)?.Hold();
}
