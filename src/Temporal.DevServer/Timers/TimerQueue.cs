using Temporal.DevServer.History;

namespace Temporal.DevServer.Timers;

/// <summary>
/// The server's one timer queue: each run stands in it at most a few times, with its earliest deadline. A run that comes up is asked
/// what is due; nothing is stored here, because deadlines are part of the runs' states.
/// </summary>
internal sealed class TimerQueue : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly Func<WorkflowRun, Task> _fire;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<WorkflowRun, DateTime> _queue = new();
    private readonly ITimer _timer;
    private DateTime _armed = DateTime.MaxValue;
    private bool _stopped;

    public TimerQueue(TimeProvider time, Func<WorkflowRun, Task> fire)
    {
        (_time, _fire) = (time, fire);
        _timer = time.CreateTimer(static q => ((TimerQueue)q!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>The run's earliest deadline may have moved.</summary>
    public void Update(WorkflowRun run, DateTime? due)
    {
        if (due is not { } at)
        {
            return;
        }

        lock (_gate)
        {
            if (_stopped || (run.QueuedDeadline is { } queued && queued <= at))
            {
                return; // comes up early enough
            }

            run.QueuedDeadline = at;
            _queue.Enqueue(run, at);
            Arm();
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopped = true;
            _queue.Clear();
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private void Arm()
    {
        if (!_queue.TryPeek(out _, out var next) || next >= _armed)
        {
            return;
        }

        _armed = next;
        var wait = next - Now;
        // Rounded up to whole milliseconds so that nothing fires early; far deadlines are looked at once a day.
        var milliseconds = wait <= TimeSpan.Zero ? 0 : Math.Min(Math.Ceiling(wait.TotalMilliseconds), 86_400_000);
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        List<WorkflowRun> due = [];
        lock (_gate)
        {
            _armed = DateTime.MaxValue;
            var now = Now;
            while (!_stopped && _queue.TryPeek(out var run, out var at) && at <= now)
            {
                _queue.Dequeue();
                if (run.QueuedDeadline == at)
                {
                    run.QueuedDeadline = null;
                    due.Add(run);
                }
            }

            Arm();
        }

        foreach (var run in due)
        {
            _ = Task.Run(() => _fire(run));
        }
    }
}
