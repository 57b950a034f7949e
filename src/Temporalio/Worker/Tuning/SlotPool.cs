using Microsoft.Extensions.Logging;
using Temporalio.Worker.Telemetry;

namespace Temporalio.Worker.Tuning;

/// <summary>The slots of one kind of task in one worker, whatever supplies them.</summary>
internal abstract class SlotPool
{
    /// <summary>Makes the pool of a supplier, its slots counted.</summary>
    internal static SlotPool Create(SlotSupplier supplier, SlotReserveContext wish, ILogger logger, SlotCount count) =>
        new CountedPool(CreatePool(supplier, wish, logger, count), supplier, count);

    private static SlotPool CreatePool(SlotSupplier supplier, SlotReserveContext wish, ILogger logger, SlotCount count) => supplier switch
    {
        FixedSizeSlotSupplier fixedSize => new FixedPool(fixedSize.SlotCount),
        ResourceBasedSlotSupplier resources => new ResourcePool(resources, wish.SlotType, () => count.Show(ProcessUsage.Shared.Read()), TimeProvider.System),
        CustomSlotSupplier custom => new CustomPool(custom, wish, logger),
        _ => throw new NotSupportedException($"Slot supplier '{supplier.GetType()}' is not supported for {wish.SlotType} slots."),
    };

    /// <summary>Waits for a slot.</summary>
    internal abstract ValueTask<SlotPermit> ReserveAsync(CancellationToken cancellationToken);

    /// <summary>Takes a slot if one is free now.</summary>
    internal abstract SlotPermit? TryReserve();

    /// <summary>Tells that a slot is used.</summary>
    internal abstract void MarkUsed(SlotInfo info, SlotPermit permit);

    /// <summary>Gives a slot back.</summary>
    internal abstract void Release(SlotInfo? info, SlotPermit permit);

    private sealed class FixedPool(int size) : SlotPool
    {
        // All permits of a fixed pool are alike, so one object stands for each of them.
        private static readonly SlotPermit Permit = new();
        private readonly SemaphoreSlim _free = new(size, size);

        internal override async ValueTask<SlotPermit> ReserveAsync(CancellationToken cancellationToken)
        {
            await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
            return Permit;
        }

        internal override SlotPermit? TryReserve() => _free.Wait(0, CancellationToken.None) ? Permit : null;

        internal override void MarkUsed(SlotInfo info, SlotPermit permit)
        {
        }

        internal override void Release(SlotInfo? info, SlotPermit permit) => _free.Release();
    }

    private sealed class CustomPool(CustomSlotSupplier supplier, SlotReserveContext wish, ILogger logger) : SlotPool
    {
        private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

        internal override async ValueTask<SlotPermit> ReserveAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                try
                {
                    return await supplier.ReserveSlotAsync(wish, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    WorkerLog.SlotSupplierFailed(logger, e, wish.SlotType);
                    await Task.Delay(RetryDelay, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        internal override SlotPermit? TryReserve() => Guard(() => supplier.TryReserveSlot(wish));

        internal override void MarkUsed(SlotInfo info, SlotPermit permit) => Guard<object>(() =>
        {
            supplier.MarkSlotUsed(new(info, permit));
            return null;
        });

        internal override void Release(SlotInfo? info, SlotPermit permit) => Guard<object>(() =>
        {
            supplier.ReleaseSlot(new(info, permit));
            return null;
        });

        private T? Guard<T>(Func<T?> call)
            where T : class
        {
            try
            {
                return call();
            }
            catch (Exception e)
            {
                // User code must not stop the worker's own bookkeeping.
                WorkerLog.SlotSupplierFailed(logger, e, wish.SlotType);
                return null;
            }
        }
    }
}
