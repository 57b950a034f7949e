using Temporalio.Activities;

namespace Temporalio.Worker;

/// <summary>
/// Ends an attempt that the server gave up because of its time limits, for activities that never ask. Fires somewhat later than the
/// server's own timers so that the server decides.
/// </summary>
internal sealed class AttemptTimers : IDisposable
{
    private readonly ActivityInfo _info;
    private readonly ActivityWorkerOptions _options;
    private readonly ActivityCancellation _cancellation;
    private ITimer? _close;
    private ITimer? _heartbeat;

    internal AttemptTimers(ActivityInfo info, ActivityWorkerOptions options, ActivityCancellation cancellation)
    {
        _info = info;
        _options = options;
        _cancellation = cancellation;
    }

    public void Dispose()
    {
        _close?.Dispose();
        _heartbeat?.Dispose();
    }

    /// <summary>The attempt begins.</summary>
    internal void Start()
    {
        if (CloseTimeout() is { } close)
        {
            _close = Arm(close);
        }

        if (_info.HeartbeatTimeout is { } heartbeat)
        {
            _heartbeat = Arm(heartbeat);
        }
    }

    /// <summary>The server has taken a heartbeat.</summary>
    internal void OnHeartbeat()
    {
        if (_info.HeartbeatTimeout is { } timeout)
        {
            _heartbeat?.Change(timeout + _options.LocalTimeoutBuffer, Timeout.InfiniteTimeSpan);
        }
    }

    // What is left of the time over all attempts, or the time of this one if that is shorter. Both clocks are the server's.
    private TimeSpan? CloseTimeout()
    {
        var total = _info.ScheduleToCloseTimeout - (_info.StartedTime - _info.ScheduledTime);
        return total is null || _info.StartToCloseTimeout < total ? _info.StartToCloseTimeout : total;
    }

    private ITimer? Arm(TimeSpan timeout)
    {
        var due = timeout > TimeSpan.Zero ? timeout + _options.LocalTimeoutBuffer : _options.LocalTimeoutBuffer;

        // Timers cannot be longer than some 49 days; an attempt of that length needs no such help.
        return due.TotalMilliseconds >= uint.MaxValue - 1
            ? null
            : _options.TimeProvider.CreateTimer(_ => _cancellation.Cancel(ActivityCancelReason.Timeout), null, due, Timeout.InfiniteTimeSpan);
    }
}
