namespace Temporal.DevServer.History;

/// <summary>Remembers which closed runs are in memory and which of them were used last.</summary>
internal sealed class ClosedRunCache
{
    private const int Capacity = 500;

    private readonly Lock _gate = new();
    private readonly LinkedList<WorkflowRun> _order = [];
    private readonly Dictionary<WorkflowRun, LinkedListNode<WorkflowRun>> _nodes = [];

    /// <summary>Adds the run; returns those that should leave memory now.</summary>
    public IReadOnlyList<WorkflowRun> Add(WorkflowRun run)
    {
        lock (_gate)
        {
            if (_nodes.ContainsKey(run))
            {
                Move(run);
                return [];
            }

            _nodes[run] = _order.AddLast(run);
            if (_order.Count <= Capacity)
            {
                return [];
            }

            var oldest = _order.First!.Value;
            _order.RemoveFirst();
            _nodes.Remove(oldest);
            return [oldest];
        }
    }

    public void Touch(WorkflowRun run)
    {
        lock (_gate)
        {
            Move(run);
        }
    }

    private void Move(WorkflowRun run)
    {
        if (_nodes.TryGetValue(run, out var node))
        {
            _order.Remove(node);
            _order.AddLast(node);
        }
    }
}
