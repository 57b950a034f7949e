using Temporal.DevServer.Storage;

namespace Temporal.DevServer.Timers;

/// <summary>
/// The server's one timer queue: each open run stands in it at most a few times, with its earliest deadline. A run that comes up is asked
/// what is due; nothing is stored here, because deadlines are part of the runs' states, and a run need not be in memory to stand here.
/// </summary>
internal sealed class TimerQueue : IAsyncDisposable
{
    private const int FiredAtOnce = 256;

    private readonly TimeProvider _time;
    private readonly Func<RunKey, bool, Task> _fire;
    private readonly int _manyAtOnce;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<RunKey, DateTime> _queue = new();
    private readonly Dictionary<long, DateTime> _deadlines = [];
    private readonly ITimer _timer;
    private DateTime _armed = DateTime.MaxValue;
    private bool _stopped;

    /// <summary>
    /// A queue that hands over runs whose deadline has come, and whether they are so many that they should not stay in memory: more than
    /// <paramref name="manyAtOnce"/>.
    /// </summary>
    public TimerQueue(TimeProvider time, int manyAtOnce, Func<RunKey, bool, Task> fire)
    {
        (_time, _manyAtOnce, _fire) = (time, manyAtOnce, fire);
        _timer = time.CreateDeadline(static q => ((TimerQueue)q!).OnTimer(), this);
    }

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>The run's earliest deadline may have moved.</summary>
    public void Update(RunKey run, DateTime? due)
    {
        if (due is not { } at)
        {
            return;
        }

        lock (_gate)
        {
            if (_stopped || (_deadlines.TryGetValue(run.StoreId, out var queued) && queued <= at))
            {
                return; // comes up early enough
            }

            _deadlines[run.StoreId] = at;
            _queue.Enqueue(run, at);
            DropStale();
            Arm();
        }
    }

    /// <summary>The run is closed: nothing is due any more.</summary>
    public void Remove(RunKey run)
    {
        lock (_gate)
        {
            if (_deadlines.Remove(run.StoreId) && _queue.TryPeek(out var first, out _) && first.StoreId == run.StoreId)
            {
                while (_queue.TryPeek(out var head, out var at) && !IsCurrent(head, at))
                {
                    _queue.Dequeue();
                }

                _armed = DateTime.MaxValue;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                Arm();
            }
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

    /// <summary>Deadlines that moved or went leave their places behind; when most places are such ones the queue is made anew.</summary>
    private void DropStale()
    {
        if (_queue.Count < 1_000 || _queue.Count < 2 * _deadlines.Count)
        {
            return;
        }

        var current = _queue.UnorderedItems.Where(i => IsCurrent(i.Element, i.Priority)).DistinctBy(i => i.Element.StoreId).ToList();
        _queue.Clear();
        _queue.EnqueueRange(current);
    }

    private bool IsCurrent(RunKey run, DateTime at) => _deadlines.TryGetValue(run.StoreId, out var current) && current == at;

    private void Arm()
    {
        if (!_queue.TryPeek(out _, out var next) || next >= _armed)
        {
            return;
        }

        _armed = next;
        _timer.ChangeTo(_time, next);
    }

    private void OnTimer()
    {
        List<RunKey> due = [];
        lock (_gate)
        {
            _armed = DateTime.MaxValue;
            var now = Now;
            while (!_stopped && _queue.TryPeek(out var run, out var at) && at <= now)
            {
                _queue.Dequeue();
                if (IsCurrent(run, at))
                {
                    _deadlines.Remove(run.StoreId);
                    due.Add(run);
                }
            }

            Arm();
        }

        if (due.Count > 0)
        {
            _ = FireAsync(due, _time.Hold());
        }
    }

    /// <summary>Many at once share the store's transactions, but not so many that everything else waits for them.</summary>
    private async Task FireAsync(List<RunKey> due, IDisposable? hold)
    {
        using (hold)
        {
            var many = due.Count > _manyAtOnce;
            await Parallel.ForEachAsync(due.Chunk(FiredAtOnce), async (runs, _) =>
                await Task.WhenAll(runs.Select(run => _fire(run, many))).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }
}
