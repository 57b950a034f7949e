using Temporalio.Exceptions;

namespace Temporalio.Worker;

/// <summary>How long a poller waits after failed polls. It never gives up: the server may come back.</summary>
internal struct PollBackoff
{
    private static readonly TimeSpan Initial = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Throttled = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private int _failures;

    /// <summary>Whether the last poll failed.</summary>
    internal readonly bool Failing => _failures > 0;

    /// <summary>A poll succeeded.</summary>
    internal void Reset() => _failures = 0;

    /// <summary>A poll failed; how long to wait before the next.</summary>
    internal TimeSpan Next(RpcException.StatusCode code)
    {
        _failures++;
        switch (code)
        {
            case RpcException.StatusCode.NotFound or RpcException.StatusCode.PermissionDenied or RpcException.StatusCode.Unauthenticated
                or RpcException.StatusCode.Unimplemented or RpcException.StatusCode.FailedPrecondition:
                // Nothing that passes by itself soon.
                return Longest;
            case RpcException.StatusCode.Cancelled or RpcException.StatusCode.DeadlineExceeded when _failures == 1:
                // How a poll without tasks may end.
                return TimeSpan.Zero;
        }

        var delay = Initial * Math.Pow(2, Math.Min(_failures - 1, 16));
        if (code == RpcException.StatusCode.ResourceExhausted && delay < Throttled)
        {
            delay = Throttled;
        }

        return delay < Longest ? delay : Longest;
    }
}
