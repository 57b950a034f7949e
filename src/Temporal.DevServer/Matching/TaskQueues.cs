using System.Collections.Concurrent;

namespace Temporal.DevServer.Matching;

/// <summary>All queues of the server. Nothing here is durable: recovery offers again whatever a run still wants done.</summary>
internal sealed class TaskQueues(TimeProvider time)
{
    private readonly ConcurrentDictionary<QueueKey, MatchingQueue> _queues = new();

    public MatchingQueue Get(QueueKey key)
    {
        if (_queues.TryGetValue(key, out var queue))
        {
            return queue;
        }

        if (key.IsSticky)
        {
            DropAbandoned(); // every worker that starts brings a sticky queue of its own
        }

        return _queues.GetOrAdd(key, k => new MatchingQueue(k, time));
    }

    private void DropAbandoned()
    {
        foreach (var (key, queue) in _queues)
        {
            if (key.IsSticky && queue.IsAbandoned)
            {
                _queues.TryRemove(new(key, queue));
            }
        }
    }

    /// <summary>Offers the task on its sticky queue if a worker serves that, on the normal queue otherwise.</summary>
    public MatchingQueue Offer(QueueTask task)
    {
        var queue = task.StickyQueue.Length > 0 && _queues.TryGetValue(StickyKey(task), out var sticky) && sticky.HasRecentPoller
            ? sticky
            : Get(NormalKey(task));
        queue.Offer(task);
        return queue;
    }

    /// <summary>A poll got the task and cannot use it: it goes back to where it came from, before all others.</summary>
    public void Return(QueueTask task, QueueKey key) => Get(key).Offer(task, atFront: true);

    /// <summary>A worker is going: its polls end, and tasks on its sticky queue move to the normal one.</summary>
    public void Shutdown(string namespaceId, string instanceKey, string stickyQueue, string taskQueue)
    {
        foreach (var queue in _queues.Values.Where(q => q.Key.NamespaceId == namespaceId))
        {
            var own = queue.Key.IsSticky && stickyQueue.Length > 0 && queue.Key.Name == stickyQueue;
            if (own)
            {
                var left = queue.Retire();
                queue.EndPolls("");
                foreach (var task in left)
                {
                    Get(NormalKey(task)).Offer(task);
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

    private static QueueKey NormalKey(QueueTask task) => new(task.NamespaceId, task.Queue, task.Kind == QueueTaskKind.Activity, IsSticky: false);

    private static QueueKey StickyKey(QueueTask task) => new(task.NamespaceId, task.StickyQueue, IsActivity: false, IsSticky: true);
}
