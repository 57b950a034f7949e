namespace Temporal.DevServer.Matching;

/// <summary>One queue: tasks in order of priority and arrival, or workers that wait for the next one.</summary>
internal sealed class MatchingQueue(QueueKey key, TimeProvider time)
{
    private static readonly TimeSpan PollerMemory = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StickyPollerMemory = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<QueueTask, (int Priority, long Sequence)> _tasks = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private readonly Dictionary<string, (PollerIdentity Poller, DateTime LastAccess)> _pollers = new(StringComparer.Ordinal);
    private long _sequence;
    private long _front;
    private DateTime _lastPoll = DateTime.MinValue;
    private bool _retired;

    public QueueKey Key { get; } = key;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Some worker waits here or did so a moment ago.</summary>
    public bool HasRecentPoller
    {
        get
        {
            lock (_gate)
            {
                return !_retired && (_waiters.Count > 0 || Now - _lastPoll < StickyPollerMemory);
            }
        }
    }

    /// <summary>Hands the task to a waiting worker or keeps it.</summary>
    public void Offer(QueueTask task, bool atFront = false)
    {
        lock (_gate)
        {
            while (_waiters.First is { } first)
            {
                _waiters.RemoveFirst();
                if (first.Value.Task.TrySetResult(task))
                {
                    return;
                }
            }

            var priority = task.Priority is 0 ? 3 : task.Priority;
            _tasks.Enqueue(task, (priority, atFront ? --_front : ++_sequence));
        }
    }

    /// <summary>The next task, or null when the token was cancelled or the poll was ended first.</summary>
    public async ValueTask<QueueTask?> TakeAsync(PollerIdentity poller, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_gate)
        {
            _lastPoll = Now;
            _pollers[poller.Identity] = (poller, _lastPoll);
            if (_tasks.TryDequeue(out var task, out _))
            {
                return task;
            }

            waiter = new Waiter(poller.InstanceKey);
            waiter.Node = _waiters.AddLast(waiter);
        }

        using var registration = cancellationToken.Register(static w => ((Waiter)w!).Task.TrySetResult(null), waiter);
        var taken = await waiter.Task.Task.ConfigureAwait(false);
        lock (_gate)
        {
            _lastPoll = Now;
            if (taken is null && waiter.Node!.List is not null)
            {
                _waiters.Remove(waiter.Node);
            }
        }

        return taken;
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

    /// <summary>Nobody has asked for long and nothing waits.</summary>
    public bool IsAbandoned
    {
        get
        {
            lock (_gate)
            {
                return _tasks.Count == 0 && _waiters.Count == 0 && Now - _lastPoll > PollerMemory;
            }
        }
    }

    /// <summary>The queue's worker is going for good, even if it polls once more: ends its polls and gives up its tasks.</summary>
    public List<QueueTask> Retire()
    {
        lock (_gate)
        {
            _retired = true;
            var left = new List<QueueTask>();
            while (_tasks.TryDequeue(out var task, out _))
            {
                left.Add(task);
            }

            return left;
        }
    }

    /// <summary>Takes a query out again that no worker came for.</summary>
    public bool Remove(QueueTask task)
    {
        lock (_gate)
        {
            return _tasks.Remove(task, out _, out _);
        }
    }

    public (IReadOnlyList<(PollerIdentity Poller, DateTime LastAccess)> Pollers, int Backlog, TimeSpan Age) Describe()
    {
        lock (_gate)
        {
            var now = Now;
            foreach (var (identity, _) in _pollers.Where(p => now - p.Value.LastAccess > PollerMemory).ToList())
            {
                _pollers.Remove(identity);
            }

            var age = _tasks.Count == 0 ? TimeSpan.Zero : now - _tasks.UnorderedItems.Min(t => t.Element.Created);
            return ([.. _pollers.Values], _tasks.Count, age < TimeSpan.Zero ? TimeSpan.Zero : age);
        }
    }

    private sealed class Waiter(string instanceKey)
    {
        public string InstanceKey { get; } = instanceKey;

        public TaskCompletionSource<QueueTask?> Task { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LinkedListNode<Waiter>? Node { get; set; }
    }
}
