namespace Temporal.DevServer.Matching;

/// <summary>Lets so many through in a second: a bucket that holds one second's worth, and at least one. Not safe for several threads.</summary>
internal sealed class RateLimit(double perSecond)
{
    private double _tokens = Math.Max(perSecond, perSecond > 0 ? 1 : 0);
    private DateTime _last;

    public double PerSecond { get; } = perSecond;

    /// <summary>How long until the next one may pass; null for never.</summary>
    public TimeSpan? WaitAt(DateTime now)
    {
        if (double.IsNaN(PerSecond) || double.IsPositiveInfinity(PerSecond))
        {
            return TimeSpan.Zero; // no rate at all
        }

        if (PerSecond <= 0)
        {
            return null;
        }

        if (_last != default && now > _last)
        {
            _tokens = Math.Min(Math.Max(PerSecond, 1), _tokens + ((now - _last).TotalSeconds * PerSecond));
        }

        _last = now;
        return _tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min((1 - _tokens) / PerSecond, 86400)) + TimeSpan.FromMilliseconds(1);
    }

    /// <summary>One passes.</summary>
    public void Take() => _tokens--;
}
