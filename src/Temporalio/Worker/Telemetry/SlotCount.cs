using Temporalio.Common;
using Temporalio.Worker.Tuning;

namespace Temporalio.Worker.Telemetry;

/// <summary>Counts the slots and the tasks of one kind in one worker.</summary>
internal sealed class SlotCount(MetricGauge<long> available, MetricGauge<long> used, Action<double, double> showUsage)
{
    private readonly Lock _lock = new();
    private int _used;
    private int? _size;
    private int _processed;
    private int _failed;

    /// <summary>Slots at work.</summary>
    public int Used => Volatile.Read(ref _used);

    /// <summary>Slots that could be at work besides; null when only the supplier knows.</summary>
    public int? Available => _size - Used;

    /// <summary>Tasks that ended, however they did.</summary>
    public int Processed => Volatile.Read(ref _processed);

    /// <summary>Tasks that failed.</summary>
    public int Failed => Volatile.Read(ref _failed);

    /// <summary>What supplies the slots, in the words of the official SDKs.</summary>
    public string SupplierKind { get; private set; } = "Custom";

    /// <summary>Takes note of what supplies the slots.</summary>
    public void SuppliedBy(SlotSupplier supplier)
    {
        (_size, SupplierKind) = supplier switch
        {
            FixedSizeSlotSupplier fixedSize => (fixedSize.SlotCount, "Fixed"),
            ResourceBasedSlotSupplier => ((int?)null, "ResourceBased"),
            _ => (null, "Custom"),
        };
        Show();
    }

    /// <summary>Shows what a resource-based supplier sees, as shares from 0 to 1, and hands it on.</summary>
    public (double Memory, double Cpu) Show((double Memory, double Cpu) usage)
    {
        showUsage(usage.Memory, usage.Cpu);
        return usage;
    }

    /// <summary>A slot is at work.</summary>
    public void Enter()
    {
        lock (_lock)
        {
            _used++;
            Show();
        }
    }

    /// <summary>The slot's task has ended.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _used--;
            _processed++;
            Show();
        }
    }

    /// <summary>A task failed.</summary>
    public void Fail() => Interlocked.Increment(ref _failed);

    private void Show()
    {
        used.Set(_used);
        if (Available is { } free)
        {
            available.Set(free);
        }
    }
}
