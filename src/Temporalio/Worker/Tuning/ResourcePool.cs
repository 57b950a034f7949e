namespace Temporalio.Worker.Tuning;

/// <summary>The slots of a <see cref="ResourceBasedSlotSupplier"/>: always the minimum, then more one by one while there is room.</summary>
internal sealed class ResourcePool : SlotPool
{
    private static readonly SlotPermit Permit = new();
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly Lock _gate = new();
    private readonly ResourceBasedTunerOptions _target;
    private readonly Func<(double Memory, double Cpu)> _usage;
    private readonly TimeProvider _time;
    private readonly int _minimum;
    private readonly int _maximum;
    private readonly TimeSpan _throttle;
    private int _used;
    private long? _lastGiven;

    internal ResourcePool(ResourceBasedSlotSupplier supplier, SlotType type, Func<(double Memory, double Cpu)> usage, TimeProvider time)
    {
        var options = supplier.Options;
        _target = supplier.TunerOptions;
        _usage = usage;
        _time = time;
        _minimum = options.MinimumSlots ?? (type == SlotType.Workflow ? 5 : 1);
        _maximum = Math.Max(_minimum, options.MaximumSlots ?? 500);
        _throttle = options.RampThrottle ?? (type == SlotType.Workflow ? TimeSpan.Zero : TimeSpan.FromMilliseconds(50));
    }

    internal override async ValueTask<SlotPermit> ReserveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryReserve() is { } permit)
            {
                return permit;
            }

            await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    internal override SlotPermit? TryReserve()
    {
        lock (_gate)
        {
            var isFull = IsFull();
            if (_used >= _minimum && (_used >= _maximum || IsThrottled() || isFull))
            {
                return null;
            }

            _used++;
            _lastGiven = _time.GetTimestamp();
            return Permit;
        }
    }

    internal override void MarkUsed(SlotInfo info, SlotPermit permit)
    {
    }

    internal override void Release(SlotInfo? info, SlotPermit permit)
    {
        lock (_gate)
        {
            _used--;
        }
    }

    private bool IsThrottled() => _lastGiven is { } given && _time.GetElapsedTime(given) < _throttle;

    private bool IsFull() => _usage() is var (memory, cpu) && (memory >= _target.TargetMemoryUsage || cpu >= _target.TargetCpuUsage);
}
