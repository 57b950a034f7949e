using Temporalio.Worker.Telemetry;

namespace Temporalio.Worker.Tasks;

/// <summary>Runs held in memory, least recently used first out. A run that leaves is dropped: nothing of it runs any more.</summary>
internal sealed class RunCache(int capacity, WorkerTelemetry telemetry)
{
    private readonly Dictionary<string, LinkedListNode<WorkflowRun>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<WorkflowRun> _byUse = new();
    private readonly Lock _lock = new();

    /// <summary>Runs held.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byId.Count;
            }
        }
    }

    /// <summary>The run, now the most recently used one, or null.</summary>
    public WorkflowRun? Get(string runId)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(runId, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value;
        }
    }

    /// <summary>Holds a run, in place of an older state of it, and drops the least recently used one when there are too many.</summary>
    public void Put(WorkflowRun run)
    {
        if (capacity == 0)
        {
            return;
        }

        WorkflowRun? dropped = null;
        lock (_lock)
        {
            if (_byId.Remove(run.RunId, out var old))
            {
                _byUse.Remove(old);
            }

            _byId[run.RunId] = _byUse.AddLast(run);
            if (_byId.Count > capacity)
            {
                dropped = _byUse.First!.Value;
                _byUse.RemoveFirst();
                _byId.Remove(dropped.RunId);
                telemetry.Evicted();
            }

            telemetry.Cache(_byId.Count);
        }

        dropped?.LocalActivities?.CancelAll();
    }

    /// <summary>Drops a run; nothing happens when another state of it is held.</summary>
    public void Remove(WorkflowRun run, bool ended = false)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(run.RunId, out var node) && ReferenceEquals(node.Value, run))
            {
                _byId.Remove(run.RunId);
                _byUse.Remove(node);
                telemetry.Cache(_byId.Count);
                if (!ended)
                {
                    telemetry.Evicted();
                }
            }
        }

        run.LocalActivities?.CancelAll();
    }

    /// <summary>Drops all runs.</summary>
    public void Clear()
    {
        List<WorkflowRun> all;
        lock (_lock)
        {
            all = [.. _byUse];
            _byUse.Clear();
            _byId.Clear();
            telemetry.Cache(0);
        }

        all.ForEach(r => r.LocalActivities?.CancelAll());
    }
}
