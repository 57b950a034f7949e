using Temporalio.Worker.Telemetry;

namespace Temporalio.Worker.Tuning;

/// <summary>A pool whose slots at work are counted.</summary>
internal sealed class CountedPool : SlotPool
{
    private readonly SlotPool _inner;
    private readonly SlotCount _count;

    /// <summary>Counts the slots of a supplier's pool.</summary>
    public CountedPool(SlotPool inner, SlotSupplier supplier, SlotCount count)
    {
        (_inner, _count) = (inner, count);
        count.SuppliedBy(supplier);
    }

    /// <inheritdoc/>
    internal override ValueTask<SlotPermit> ReserveAsync(CancellationToken cancellationToken) => _inner.ReserveAsync(cancellationToken);

    /// <inheritdoc/>
    internal override SlotPermit? TryReserve() => _inner.TryReserve();

    /// <inheritdoc/>
    internal override void MarkUsed(SlotInfo info, SlotPermit permit)
    {
        _count.Enter();
        _inner.MarkUsed(info, permit);
    }

    /// <inheritdoc/>
    internal override void Release(SlotInfo? info, SlotPermit permit)
    {
        if (info is not null)
        {
            _count.Leave();
        }

        _inner.Release(info, permit);
    }
}
