namespace Temporal.DevServer.Timers;

/// <summary>Timers for what users wait for, as opposed to the server's own upkeep.</summary>
internal static class DeadlineTimers
{
    /// <summary>Far deadlines are looked at once a day.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>More than this does not pass between two statements.</summary>
    private static readonly TimeSpan ClockJump = TimeSpan.FromMilliseconds(500);

    /// <summary>A timer, not started, that a clock which skips time may jump to.</summary>
    public static ITimer CreateDeadline(this TimeProvider time, TimerCallback callback, object? state) => time is SkippingClock clock
        ? clock.CreateDeadline(callback, state)
        : time.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Lets a timer fire at a time, never before it; for one more than a day away, once after a day.</summary>
    public static void ChangeTo(this ITimer timer, TimeProvider time, DateTime due)
    {
        DateTime now;
        do
        {
            now = time.GetUtcNow().UtcDateTime;
            var wait = due - now;
            // Rounded up to whole milliseconds so that nothing fires early.
            timer.Change(
                wait <= TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
        while (time.GetUtcNow().UtcDateTime - now > ClockJump); // it was set forward between the look and the arming, so the wait is too long
    }

    /// <summary>Keeps a clock that skips time from doing so until the result is disposed; null for other clocks.</summary>
    public static IDisposable? Hold(this TimeProvider time) => (time as SkippingClock)?.Hold();
}
