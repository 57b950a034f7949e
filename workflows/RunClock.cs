using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>The time that a run may work: it stands still while the run waits for a decision, and cancels the run's steps when it is over.</summary>
internal sealed class RunClock(TimeSpan limit)
{
    private readonly CancellationTokenSource _work = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
    private readonly CancellationTokenSource _timer = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
    private TimeSpan _paused;
    private DateTime? _pausedSince;
    private int _pauses;

    /// <summary>Cancelled when the time is over, or with the workflow.</summary>
    public CancellationToken Token => _work.Token;

    /// <summary>Whether the time is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Runs the clock until <see cref="Stop"/>.</summary>
    public async Task RunAsync()
    {
        try
        {
            for (var left = limit; ;)
            {
                var paused = PausedSoFar();
                await Workflow.DelayAsync(left, _timer.Token);
                left = PausedSoFar() - paused;
                if (left <= TimeSpan.Zero)
                {
                    End();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_timer.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>Stops it for good.</summary>
    public void Stop() => _timer.Cancel();

    /// <summary>Lets it stand still until disposal.</summary>
    public IDisposable Pause()
    {
        if (_pauses++ == 0)
        {
            _pausedSince = Workflow.UtcNow;
        }

        return new Resume(this);
    }

    private void End()
    {
        IsOver = true;
        _work.Cancel();
    }

    private TimeSpan PausedSoFar() => _paused + (_pausedSince is { } since ? Workflow.UtcNow - since : TimeSpan.Zero);

    private sealed class Resume(RunClock clock) : IDisposable
    {
        public void Dispose()
        {
            if (--clock._pauses == 0)
            {
                clock._paused = clock.PausedSoFar();
                clock._pausedSince = null;
            }
        }
    }
}
