using Temporalio.Common;

namespace Temporalio.Worker.Telemetry;

/// <summary>Counts the polls of one kind that a worker has open.</summary>
internal sealed class PollerCount(MetricGauge<long> pollers)
{
    private readonly Lock _lock = new();
    private int _open;
    private long _lastSuccess;

    /// <summary>Polls open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Whether their number follows the server's advice.</summary>
    public bool IsAutoscaling { get; set; }

    /// <summary>When a poll last brought a task; null before the first.</summary>
    public DateTime? LastSuccess => Volatile.Read(ref _lastSuccess) is > 0 and var ticks ? new(ticks, DateTimeKind.Utc) : null;

    /// <summary>A poll begins.</summary>
    public void Enter() => Add(1);

    /// <summary>A poll has ended.</summary>
    public void Leave() => Add(-1);

    /// <summary>A poll brought a task.</summary>
    public void Succeed(DateTime now) => Volatile.Write(ref _lastSuccess, now.Ticks);

    private void Add(int delta)
    {
        lock (_lock)
        {
            _open += delta;
            pollers.Set(_open);
        }
    }
}
