using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>A run that a backfill has begun.</summary>
internal sealed class BackfillRun(string partition, int index, int lookback, DateTime beganAt)
{
    public string Partition { get; } = partition;

    /// <summary>Its place in the plan; behind it for one that is repeated.</summary>
    public int Index { get; } = index;

    /// <summary>How many partitions before it are read.</summary>
    public int Lookback { get; } = lookback;

    public DateTime BeganAt { get; } = beganAt;

    public ChildWorkflowHandle? Child { get; set; }

    public Task? Work { get; set; }

    /// <summary>Whether it waits for earlier partitions.</summary>
    public bool IsGated { get; set; }

    /// <summary>Whether it waits for somebody's decision: it takes no place, and nothing waits for it.</summary>
    public bool IsHeld { get; set; }
}
