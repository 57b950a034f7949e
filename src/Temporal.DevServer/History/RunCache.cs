namespace Temporal.DevServer.History;

/// <summary>Remembers which runs of a kind are in memory and which of them were used last.</summary>
internal sealed class RunCache(int capacity, long historyBytes)
{
    // More than one for each that comes, so that what could not leave for a while is made up for.
    private const int LeavingAtOnce = 2;

    private readonly Lock _gate = new();
    private readonly LinkedList<(WorkflowRun Run, long Bytes)> _order = [];
    private readonly Dictionary<WorkflowRun, LinkedListNode<(WorkflowRun Run, long Bytes)>> _nodes = [];
    private long _bytes;

    /// <summary>The run was used; returns some that should leave memory now, the longest unused.</summary>
    public IReadOnlyList<WorkflowRun> Use(WorkflowRun run)
    {
        lock (_gate)
        {
            Append(run);
            if (!IsOver)
            {
                return [];
            }

            var leaving = new List<WorkflowRun>(LeavingAtOnce);
            while (IsOver && leaving.Count < LeavingAtOnce)
            {
                leaving.Add(_order.First!.Value.Run);
                Drop(_order.First.Value.Run);
            }

            return leaving;
        }
    }

    /// <summary>A run that should have left cannot leave now; its turn comes again.</summary>
    public void PutBack(WorkflowRun run)
    {
        lock (_gate)
        {
            Append(run);
        }
    }

    /// <summary>The run is no longer one of this kind.</summary>
    public void Remove(WorkflowRun run)
    {
        lock (_gate)
        {
            Drop(run);
        }
    }

    private bool IsOver => _order.Count > 1 && (_order.Count > capacity || _bytes > historyBytes);

    private void Append(WorkflowRun run)
    {
        Drop(run);
        _nodes[run] = _order.AddLast((run, run.State.HistorySizeBytes));
        _bytes += run.State.HistorySizeBytes;
    }

    private void Drop(WorkflowRun run)
    {
        if (_nodes.Remove(run, out var node))
        {
            _bytes -= node.Value.Bytes;
            _order.Remove(node);
        }
    }
}
