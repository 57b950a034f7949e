namespace Temporalio.Activities;

/// <summary>The cancellation of one attempt: the first reason wins and is visible before the token fires.</summary>
internal sealed class ActivityCancellation : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly ActivityCancellation? _state;
    private ActivityCancelReason _reason;
    private ActivityCancellationDetails? _details;
    private int _canceled;

    /// <summary>Creates the cancellation.</summary>
    internal ActivityCancellation() => Token = _source.Token;

    private ActivityCancellation(CancellationToken token, ActivityCancellation state)
    {
        Token = token;
        _state = state;
    }

    /// <summary>Stays usable when the attempt is over.</summary>
    internal CancellationToken Token { get; }

    internal ActivityCancelReason Reason => _state?.Reason ?? _reason;

    internal ActivityCancellationDetails? Details => _state?.Details ?? _details;

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
        _details = details ?? DetailsFor(reason);
        _reason = reason;
        _ = FireAsync();
        return true;
    }

    /// <summary>Sets what is found as reason and details without firing.</summary>
    internal void Preset(ActivityCancelReason reason, ActivityCancellationDetails? details) => (_reason, _details) = (reason, details);

    /// <summary>A view of this state with another token.</summary>
    internal ActivityCancellation WithToken(CancellationToken token) => new(token, this);

    /// <summary>Details that say no more than the reason.</summary>
    internal static ActivityCancellationDetails DetailsFor(ActivityCancelReason reason) => new()
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
