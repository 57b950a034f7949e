using Temporalio.Exceptions;

namespace Temporalio.Client;

/// <summary>Decides whether and when a failed call is tried again. Pure: time and chance are given.</summary>
internal sealed class RpcRetryPolicy
{
    // A server that is out of resources needs more air than one that is briefly away.
    private static readonly TimeSpan ThrottleInitial = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ThrottleMax = TimeSpan.FromSeconds(10);

    private readonly RpcRetryOptions _options;

    internal RpcRetryPolicy(RpcRetryOptions options) => _options = (RpcRetryOptions)options.Clone();

    /// <summary>Whether the code can be transient at all.</summary>
    internal static bool IsTransient(RpcException.StatusCode code) => code
        is RpcException.StatusCode.DataLoss or RpcException.StatusCode.Internal or RpcException.StatusCode.Unknown
        or RpcException.StatusCode.ResourceExhausted or RpcException.StatusCode.Aborted or RpcException.StatusCode.OutOfRange
        or RpcException.StatusCode.Unavailable;

    /// <summary>Delay before the next try, or null to give up.</summary>
    /// <param name="failedTries">Tries that failed so far, at least 1.</param>
    /// <param name="elapsed">Time since the first try began.</param>
    /// <param name="code">How the last try failed.</param>
    /// <param name="chance">Random number from 0 to 1.</param>
    internal TimeSpan? NextDelay(int failedTries, TimeSpan elapsed, RpcException.StatusCode code, double chance)
    {
        if (!IsTransient(code) || failedTries > _options.MaxRetries || elapsed >= _options.MaxElapsedTime)
        {
            return null;
        }

        var delay = Grow(_options.InitialInterval, _options.Multiplier, _options.MaxInterval, failedTries);
        delay *= 1 + (_options.RandomizationFactor * ((2 * chance) - 1));
        if (code == RpcException.StatusCode.ResourceExhausted
            && Grow(ThrottleInitial, 2, ThrottleMax, failedTries) is var throttle && throttle > delay)
        {
            delay = throttle;
        }

        return delay;
    }

    private static TimeSpan Grow(TimeSpan initial, double factor, TimeSpan max, int tries)
    {
        var ticks = initial.Ticks * Math.Pow(factor, tries - 1);
        return ticks >= max.Ticks ? max : TimeSpan.FromTicks((long)ticks);
    }
}
