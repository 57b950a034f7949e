namespace Temporalio.Worker;

/// <summary>Spaces starts evenly: at most so many per second.</summary>
internal sealed class RateLimit
{
    private readonly TimeProvider _time;
    private readonly long _spacing;
    private long _next;

    internal RateLimit(double perSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        _time = time;
        _spacing = (long)(time.TimestampFrequency / perSecond);
        _next = time.GetTimestamp();
    }

    /// <summary>Waits for the next free moment.</summary>
    internal async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetTimestamp();
        long mine;
        long seen;
        do
        {
            seen = Volatile.Read(ref _next);
            mine = Math.Max(seen, now);
        }
        while (Interlocked.CompareExchange(ref _next, mine + _spacing, seen) != seen);

        if (mine > now)
        {
            await Task.Delay(_time.GetElapsedTime(now, mine), _time, cancellationToken).ConfigureAwait(false);
        }
    }
}
