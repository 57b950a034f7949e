namespace Temporalio.Activities;

/// <summary>The cancellation of one attempt: the first reason wins and is visible before the token fires.</summary>
internal sealed class ActivityCancellation : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private int _canceled;

    /// <summary>Creates the cancellation.</summary>
    internal ActivityCancellation() => Token = _source.Token;

    /// <summary>Stays usable when the attempt is over.</summary>
    internal CancellationToken Token { get; }

    internal ActivityCancelReason Reason { get; private set; }

    internal ActivityCancellationDetails? Details { get; private set; }

    /// <summary>Why encoding heartbeat details failed, when that is the reason.</summary>
    internal Exception? HeartbeatFailure { get; private set; }

    public void Dispose() => _source.Dispose();

    /// <summary>Fires the token unless it fired already. Callbacks run on another thread.</summary>
    internal bool Cancel(ActivityCancelReason reason, ActivityCancellationDetails? details = null, Exception? heartbeatFailure = null)
    {
        if (Interlocked.Exchange(ref _canceled, 1) != 0)
        {
            return false;
        }

        HeartbeatFailure = heartbeatFailure;
        Details = details ?? DetailsFor(reason);
        Reason = reason;
        _ = FireAsync();
        return true;
    }

    private static ActivityCancellationDetails DetailsFor(ActivityCancelReason reason) => new()
    {
        IsGoneFromServer = reason == ActivityCancelReason.GoneFromServer,
        IsCancelRequested = reason == ActivityCancelReason.CancelRequested,
        IsTimedOut = reason == ActivityCancelReason.Timeout,
        IsWorkerShutdown = reason == ActivityCancelReason.WorkerShutdown,
        IsHeartbeatRecordFailure = reason == ActivityCancelReason.HeartbeatRecordFailure,
        IsPaused = reason == ActivityCancelReason.Paused,
        IsReset = reason == ActivityCancelReason.Reset,
    };

    private async Task FireAsync()
    {
        try
        {
            await _source.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is ObjectDisposedException or AggregateException)
        {
            // The attempt ended at the same moment, or a callback of the user's threw: neither is the worker's business.
            _ = e;
        }
    }
}
