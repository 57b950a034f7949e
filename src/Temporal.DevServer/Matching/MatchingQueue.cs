using Temporalio.Api.TaskQueue.V1;

namespace Temporal.DevServer.Matching;

/// <summary>One queue: tasks in order of priority, fairness and arrival, or workers that wait for the next one.</summary>
internal sealed class MatchingQueue : IDisposable
{
    private const int MostLimitedKeys = 1000;
    private static readonly TimeSpan PollerMemory = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StickyPollerMemory = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TaskBacklog _tasks = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private readonly Dictionary<string, (PollerIdentity Poller, DateTime LastAccess)> _pollers = new(StringComparer.Ordinal);
    private readonly EventRate _added = new();
    private readonly EventRate _dispatched = new();
    private TaskQueueConfig _config;
    private RateLimit? _limit;
    private double? _workerRate;
    private Dictionary<string, RateLimit>? _keyLimits;
    private ITimer? _pump;
    private DateTime _lastPoll;
    private bool _retired;
    private bool _dropped;

    public MatchingQueue(QueueKey key, TaskQueueConfig? config, TimeProvider time)
    {
        (Key, _time, _config) = (key, time, config ?? new TaskQueueConfig());
        _lastPoll = Now;
        Configure(_config);
    }

    public QueueKey Key { get; }

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>Some worker waits here or did so a moment ago.</summary>
    public bool HasRecentPoller
    {
        get
        {
            lock (_gate)
            {
                return !_retired && _pollers.Count > 0 && (_waiters.Count > 0 || Now - _lastPoll < StickyPollerMemory);
            }
        }
    }

    /// <summary>Limits and weights that an operator set.</summary>
    public void Configure(TaskQueueConfig config)
    {
        lock (_gate)
        {
            _config = config;
            _keyLimits = config.FairnessKeysRateLimitDefault?.RateLimit is null ? null : new(StringComparer.Ordinal);
            SetLimit();
            Pump();
        }
    }

    /// <summary>Hands the task to a waiting worker or keeps it. False when the queue was dropped meanwhile.</summary>
    public bool Offer(QueueTask task, bool atFront = false)
    {
        lock (_gate)
        {
            if (_dropped)
            {
                return false;
            }

            if (atFront)
            {
                _tasks.AddFirst(task);
            }
            else
            {
                _added.Count(Now);
                _tasks.Add(task, Weight(task));
            }

            Pump();
            return true;
        }
    }

    /// <summary>
    /// The next task, or null when the token was cancelled or the poll was ended first. <paramref name="dropped"/> says that the queue is no
    /// longer in use: the caller looks for its successor.
    /// </summary>
    public ValueTask<TakenTask?> TakeAsync(PollerIdentity poller, CancellationToken cancellationToken, out bool dropped)
    {
        lock (_gate)
        {
            dropped = _dropped;
            if (dropped)
            {
                return default;
            }

            var now = Now;
            _lastPoll = now;
            _pollers[poller.Identity] = (poller, now);
            if (poller.TasksPerSecond is { } rate && rate != _workerRate)
            {
                _workerRate = rate;
                SetLimit();
            }

            var waiter = new Waiter(poller.InstanceKey, now);
            waiter.Node = _waiters.AddLast(waiter);
            if (!_retired)
            {
                Pump();
            }

            return WaitAsync(waiter, cancellationToken);
        }
    }

    /// <summary>Ends the polls of a worker that is going; empty ends all of them.</summary>
    public void EndPolls(string instanceKey)
    {
        lock (_gate)
        {
            for (var node = _waiters.First; node is not null;)
            {
                var next = node.Next;
                if (instanceKey.Length == 0 || node.Value.InstanceKey == instanceKey)
                {
                    _waiters.Remove(node);
                    node.Value.Task.TrySetResult(null);
                }

                node = next;
            }
        }
    }

    /// <summary>Drops the queue when nobody has asked for long, nothing waits and nothing of it need be remembered.</summary>
    public bool TryDrop()
    {
        lock (_gate)
        {
            _dropped = _dropped || (_tasks.Count == 0 && _waiters.Count == 0 && Now - _lastPoll > PollerMemory);
            return _dropped;
        }
    }

    /// <summary>The queue's worker is going for good: whoever still polls gets nothing, and the tasks are given up.</summary>
    public List<QueueTask> Retire()
    {
        lock (_gate)
        {
            _retired = true;
            return _tasks.Clear();
        }
    }

    /// <summary>Takes a query out again that no worker came for.</summary>
    public bool Remove(QueueTask task)
    {
        lock (_gate)
        {
            return _tasks.Remove(task);
        }
    }

    /// <summary>How many tasks and how many polls wait.</summary>
    public (int Backlog, int Pollers) Counts
    {
        get
        {
            lock (_gate)
            {
                return (_tasks.Count, _waiters.Count);
            }
        }
    }

    public QueueStats Describe()
    {
        lock (_gate)
        {
            var now = Now;
            foreach (var (identity, _) in _pollers.Where(p => now - p.Value.LastAccess > PollerMemory).ToList())
            {
                _pollers.Remove(identity);
            }

            return new QueueStats([.. _pollers.Values], _tasks.ByPriority(), now)
            {
                AddRate = _added.At(now),
                DispatchRate = _dispatched.At(now),
                RateLimited = _tasks.Count > 0 && _waiters.Count > 0,
                WorkerRate = _workerRate,
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pump?.Dispose();

    private async ValueTask<TakenTask?> WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(static w => ((Waiter)w!).Task.TrySetResult(null), waiter);
        var taken = await waiter.Task.Task.ConfigureAwait(false);
        lock (_gate)
        {
            _lastPoll = Now;
            if (waiter.Node!.List is not null)
            {
                _waiters.Remove(waiter.Node);
            }
        }

        return taken;
    }

    /// <summary>Brings tasks and workers together as far as the limits allow, and comes back when they allow more. The lock is held.</summary>
    private void Pump()
    {
        while (_tasks.Count > 0 && _waiters.First is { } first && !_retired)
        {
            if (first.Value.Task.Task.IsCompleted)
            {
                _waiters.RemoveFirst(); // its caller gave up
                continue;
            }

            var now = Now;
            if (_limit is not null && _limit.WaitAt(now) is var wait && wait != TimeSpan.Zero)
            {
                PumpAfter(wait);
                return;
            }

            TimeSpan? soonest = null;
            if (_tasks.Take(_keyLimits is null ? null : task => MayGo(task, now, ref soonest)) is not { } taken)
            {
                PumpAfter(soonest);
                return;
            }

            _waiters.RemoveFirst();
            if (first.Value.Task.TrySetResult(new TakenTask(taken, PollerDelta(taken, first.Value, now))))
            {
                _limit?.Take();
                KeyLimit(taken)?.Take();
                _dispatched.Count(now);
            }
            else
            {
                _tasks.AddFirst(taken);
            }
        }
    }

    private void PumpAfter(TimeSpan? wait)
    {
        if (wait is not { } due)
        {
            return; // nothing may go until the limits change
        }

        _pump ??= _time.CreateTimer(static queue => ((MatchingQueue)queue!).OnPump(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _pump.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void OnPump()
    {
        lock (_gate)
        {
            Pump();
        }
    }

    private bool MayGo(QueueTask task, DateTime now, ref TimeSpan? soonest)
    {
        var wait = KeyLimit(task)!.WaitAt(now);
        if (wait < (soonest ?? TimeSpan.MaxValue))
        {
            soonest = wait;
        }

        return wait == TimeSpan.Zero;
    }

    /// <summary>The limit of the task's fairness key, which grows with the key's weight.</summary>
    private RateLimit? KeyLimit(QueueTask task)
    {
        if (_keyLimits is null)
        {
            return null;
        }

        if (!_keyLimits.TryGetValue(task.FairnessKey, out var limit))
        {
            if (_keyLimits.Count >= MostLimitedKeys)
            {
                _keyLimits.Clear(); // a fresh second for everybody is better than memory without end
            }

            limit = _keyLimits[task.FairnessKey] = new RateLimit(_config.FairnessKeysRateLimitDefault.RateLimit.RequestsPerSecond * Weight(task));
        }

        return limit;
    }

    private void SetLimit()
    {
        var rate = _config.QueueRateLimit?.RateLimit?.RequestsPerSecond ?? _workerRate;
        if (rate != _limit?.PerSecond)
        {
            _limit = rate is { } perSecond ? new RateLimit(perSecond) : null;
        }
    }

    private float Weight(QueueTask task) => TaskBacklog.Bounded(
        _config.FairnessWeightOverrides.TryGetValue(task.FairnessKey, out var weight) ? weight : task.FairnessWeight);

    /// <summary>A worker that waited long for a task that came just now has pollers to spare; one that finds old tasks lacks some.</summary>
    private int PollerDelta(QueueTask task, Waiter waiter, DateTime now)
    {
        var fresh = task.Created >= waiter.Since;
        if (fresh && now - waiter.Since >= TimeSpan.FromSeconds(1))
        {
            return -1;
        }

        var waits = _tasks.HeadCreated is { } head && now - head > TimeSpan.FromMilliseconds(200);
        return waits || _added.At(now) > _dispatched.At(now) * 1.2f ? 1 : 0;
    }

    private sealed class Waiter(string instanceKey, DateTime since)
    {
        public string InstanceKey { get; } = instanceKey;

        public DateTime Since { get; } = since;

        public TaskCompletionSource<TakenTask?> Task { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LinkedListNode<Waiter>? Node { get; set; }
    }
}
