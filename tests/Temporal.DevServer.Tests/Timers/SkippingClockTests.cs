using Orchestrator.TestKit;
using Temporal.DevServer.Timers;

namespace Temporal.DevServer.Tests.Timers;

public sealed class SkippingClockTests
{
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(10);

    [Fact]
    public async Task UntilAsync_LockedInTheMomentItReaches_DoesNotJumpOn()
    {
        var real = new ManualTime();
        using var clock = new SkippingClock(real);
        var start = clock.GetUtcNow();
        using var later = clock.CreateDeadline(_ => { }, null);
        later.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);

        var reached = clock.UntilAsync(start + TimeSpan.FromMinutes(30), CancellationToken.None, clock.Lock);
        Assert.True(clock.TryUnlock());
        real.Advance(Calm);
        real.Advance(Calm);
        await reached;

        Assert.InRange(clock.GetUtcNow() - start, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(31));
    }

    [Fact]
    public void TryUnlock_TwoDeadlines_JumpsToOneAfterTheOther()
    {
        var real = new ManualTime();
        using var clock = new SkippingClock(real);
        var start = clock.GetUtcNow();
        var fired = new List<TimeSpan>();
        using var second = clock.CreateDeadline(_ => fired.Add(clock.GetUtcNow() - start), null);
        using var first = clock.CreateDeadline(_ => fired.Add(clock.GetUtcNow() - start), null);
        second.Change(TimeSpan.FromHours(2), Timeout.InfiniteTimeSpan);
        first.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);

        Assert.True(clock.TryUnlock());
        real.Advance(Calm);
        real.Advance(Calm);

        Assert.Equal([1, 2], fired.Select(f => (int)f.TotalHours));
        Assert.False(clock.TryUnlock());
    }
}
