using System.Collections.Concurrent;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;

namespace Temporal.DevServer.Matching;

/// <summary>All queues of the server. Nothing here is durable: recovery offers again whatever a run still wants done.</summary>
internal sealed class TaskQueues(TimeProvider time)
{
    private static readonly TimeSpan GoneMemory = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<QueueKey, MatchingQueue> _queues = new();

    /// <summary>Workers that said goodbye, and when: a poll that they had sent before gets no task any more.</summary>
    private readonly ConcurrentDictionary<(string NamespaceId, string InstanceKey), DateTime> _gone = new();

    private int _created;

    /// <summary>What operators set for queues. Set before the first queue is used.</summary>
    public Func<QueueKey, TaskQueueConfig?> Config { get; set; } = _ => null;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public MatchingQueue Get(QueueKey key)
    {
        if (_queues.TryGetValue(key, out var queue))
        {
            return queue;
        }

        if (key.IsSticky || Interlocked.Increment(ref _created) % 256 == 0)
        {
            DropAbandoned(); // every worker that starts brings a sticky queue of its own
        }

        return _queues.GetOrAdd(key, k => new MatchingQueue(k, Config(k), time));
    }

    /// <summary>Waits for a task of the queue; null when the token was cancelled or the poll was ended first.</summary>
    public async ValueTask<TakenTask?> TakeAsync(QueueKey key, PollerIdentity poller, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (poller.InstanceKey.Length > 0 && _gone.TryGetValue((key.NamespaceId, poller.InstanceKey), out var since) && Now - since < GoneMemory)
            {
                return null;
            }

            var queue = Get(key);
            var taken = queue.TakeAsync(poller, cancellationToken, out var dropped);
            if (!dropped)
            {
                return await taken.ConfigureAwait(false);
            }

            _queues.TryRemove(new(key, queue));
        }
    }

    /// <summary>Tasks that wait, and polls that wait, by kind of queue.</summary>
    public IReadOnlyList<(string Kind, long Backlog, long Pollers)> Counts()
    {
        var counts = new SortedDictionary<string, (long Backlog, long Pollers)>(StringComparer.Ordinal) { ["activity"] = default, ["sticky"] = default, ["workflow"] = default };
        foreach (var queue in _queues.Values)
        {
            var kind = queue.Key.IsSticky ? "sticky" : queue.Key.Type == TaskQueueType.Activity ? "activity" : "workflow";
            var (backlog, pollers) = queue.Counts;
            counts[kind] = (counts[kind].Backlog + backlog, counts[kind].Pollers + pollers);
        }

        return [.. counts.Select(c => (c.Key, c.Value.Backlog, c.Value.Pollers))];
    }

    /// <summary>Offers the task on its sticky queue if a worker serves that, on the normal queue otherwise.</summary>
    public MatchingQueue Offer(QueueTask task)
    {
        if (task.StickyQueue.Length > 0 && _queues.TryGetValue(StickyKey(task), out var sticky) && sticky.HasRecentPoller && sticky.Offer(task))
        {
            return sticky;
        }

        return Offer(task, NormalKey(task), atFront: false);
    }

    /// <summary>A poll got the task and cannot use it: it goes back to where it came from, before all others.</summary>
    public void Return(QueueTask task, QueueKey key) => Offer(task, key, atFront: true);

    /// <summary>A worker is going: its polls end, and tasks on its sticky queue move to the normal one.</summary>
    public void Shutdown(string namespaceId, string instanceKey, string stickyQueue)
    {
        if (instanceKey.Length > 0)
        {
            Forget();
            _gone[(namespaceId, instanceKey)] = Now;
        }

        foreach (var queue in _queues.Values.Where(q => q.Key.NamespaceId == namespaceId))
        {
            var own = queue.Key.IsSticky && stickyQueue.Length > 0 && queue.Key.Name == stickyQueue;
            if (own)
            {
                var left = queue.Retire();
                queue.EndPolls("");
                foreach (var task in left)
                {
                    Offer(task, NormalKey(task), atFront: false);
                }
            }
            else if (instanceKey.Length > 0)
            {
                queue.EndPolls(instanceKey);
            }
        }
    }

    /// <summary>The server stops: every poll ends empty.</summary>
    public void EndAllPolls()
    {
        foreach (var queue in _queues.Values)
        {
            queue.EndPolls("");
        }
    }

    private MatchingQueue Offer(QueueTask task, QueueKey key, bool atFront)
    {
        while (true)
        {
            var queue = Get(key);
            if (queue.Offer(task, atFront))
            {
                return queue;
            }

            _queues.TryRemove(new(key, queue));
        }
    }

    private void DropAbandoned()
    {
        foreach (var (key, queue) in _queues)
        {
            if (queue.TryDrop())
            {
                _queues.TryRemove(new(key, queue));
                queue.Dispose();
            }
        }
    }

    private void Forget()
    {
        foreach (var (worker, since) in _gone)
        {
            if (Now - since >= GoneMemory)
            {
                _gone.TryRemove(new(worker, since));
            }
        }
    }

    private static QueueKey NormalKey(QueueTask task) =>
        new(task.NamespaceId, task.Queue, task.Kind == QueueTaskKind.Activity ? TaskQueueType.Activity : TaskQueueType.Workflow, IsSticky: false);

    private static QueueKey StickyKey(QueueTask task) => new(task.NamespaceId, task.StickyQueue, TaskQueueType.Workflow, IsSticky: true);
}
