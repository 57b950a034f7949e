using Orchestrator.TestKit;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Timers;

namespace Temporal.DevServer.Tests.Timers;

public sealed class TimerQueueTests
{
    [Fact]
    public async Task Update_WhileTheClockIsMovedOn_FiresWhatIsDueByThen()
    {
        var time = new JumpingTime(TimeSpan.FromHours(1));
        var fired = new TaskCompletionSource<RunKey>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var queue = new TimerQueue(time, 10, (run, _) =>
        {
            fired.TrySetResult(run);
            return Task.CompletedTask;
        });
        queue.Update(new RunKey(1, "ns", "id", "run"), time.GetUtcNow().UtcDateTime.AddMinutes(5));
        time.Clock.Advance(TimeSpan.Zero);
        Assert.Equal(1, (await fired.Task.WaitAsync(TimeSpan.FromSeconds(30))).StoreId);
    }

    /// <summary>A clock that is moved on between being read and the timer being armed, once.</summary>
    private sealed class JumpingTime(TimeSpan jump) : TimeProvider
    {
        private bool _jumped;

        public ManualTime Clock { get; } = new();

        public TimeSpan Jump => jump;

        public override DateTimeOffset GetUtcNow() => Clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new JumpingTimer(this, Clock.CreateTimer(callback, state, dueTime, period));

        private sealed class JumpingTimer(JumpingTime owner, ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (!owner._jumped)
                {
                    owner._jumped = true;
                    owner.Clock.Advance(owner.Jump);
                }

                return inner.Change(dueTime, period);
            }

            public void Dispose() => inner.Dispose();

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
