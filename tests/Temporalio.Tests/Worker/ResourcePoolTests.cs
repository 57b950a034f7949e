using Orchestrator.TestKit;
using Temporalio.Tests.Fakes;
using Temporalio.Worker.Tuning;

namespace Temporalio.Tests.Worker;

public sealed class ResourcePoolTests
{
    private readonly ManualTime _time = new();
    private (double Memory, double Cpu) _usage;

    [Theory]
    [InlineData(0.9, 0)]
    [InlineData(0, 0.9)]
    public void TryReserve_MachineIsFull_GivesTheMinimumOnly(double memory, double cpu)
    {
        _usage = (memory, cpu);
        var pool = Pool(new(2, 10, TimeSpan.Zero));

        Assert.Equal(2, Count(pool));

        _usage = (0.1, 0.1);
        Assert.Equal(8, Count(pool));
    }

    [Fact]
    public void TryReserve_AboveTheMinimum_GivesOnePerInterval()
    {
        var pool = Pool(new(1, 10, TimeSpan.FromMilliseconds(50)));

        Assert.Equal(1, Count(pool));
        _time.Advance(TimeSpan.FromMilliseconds(49));
        Assert.Equal(0, Count(pool));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Count(pool));
    }

    [Fact]
    public void Release_Slot_CanBeGivenAgain()
    {
        var pool = Pool(new(1, 1, TimeSpan.Zero));
        var permit = pool.TryReserve()!;

        Assert.Null(pool.TryReserve());
        pool.Release(null, permit);
        Assert.NotNull(pool.TryReserve());
    }

    [Theory]
    [InlineData(1.1, 0.5, 1, 2)]
    [InlineData(0.5, -0.1, 1, 2)]
    [InlineData(0.5, 0.5, 0, 2)]
    [InlineData(0.5, 0.5, 3, 2)]
    public void Supplier_WrongOptions_AreRefused(double memory, double cpu, int minimum, int maximum) =>
        Assert.Throws<ArgumentException>(() => new ResourceBasedSlotSupplier(new(minimum, maximum), new(memory, cpu)));

    [Fact]
    public void Read_Process_IsWithinTheMachine()
    {
        var (memory, cpu) = ProcessUsage.Shared.Read();

        Assert.InRange(memory, 0, 1);
        Assert.InRange(cpu, 0, 1.5);
    }

    private static int Count(ResourcePool pool)
    {
        var count = 0;
        while (pool.TryReserve() is not null)
        {
            count++;
        }

        return count;
    }

    private ResourcePool Pool(ResourceBasedSlotSupplierOptions options) => new(new(options, new(0.8, 0.8)), SlotType.Activity, () => _usage, _time);
}
