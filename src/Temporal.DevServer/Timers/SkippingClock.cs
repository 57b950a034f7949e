namespace Temporal.DevServer.Timers;

/// <summary>
/// A clock that runs like the real one until nothing but deadlines is left to wait for: then it jumps to the next of them. Jumping is
/// locked at first; it needs every lock taken off, no work under way and no task that waits for a worker or is with one.
/// </summary>
internal sealed class SkippingClock : TimeProvider, IDisposable
{
    /// <summary>How long nothing may have happened before a jump: what follows from one step comes within it.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(3);

    private readonly TimeProvider _real;
    private readonly Lock _gate = new();
    private readonly HashSet<VirtualTimer> _timers = [];
    private readonly HashSet<long> _busyRuns = [];
    private readonly ITimer _next;
    private readonly ITimer _calm;
    private long _skippedTicks;
    private int _holds;
    private int _locks = 1;
    private bool _disposed;

    public SkippingClock(TimeProvider real)
    {
        _real = real;
        _next = real.CreateTimer(static c => ((SkippingClock)c!).FireDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _calm = real.CreateTimer(static c => ((SkippingClock)c!).Jump(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override TimeZoneInfo LocalTimeZone => _real.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => _real.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _skippedTicks));

    /// <summary>A timer that follows the clock but is nothing to jump to.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new VirtualTimer(this, callback, state, isDeadline: false).Started(dueTime, period);

    /// <summary>A timer that the clock may jump to.</summary>
    public ITimer CreateDeadline(TimerCallback callback, object? state) => new VirtualTimer(this, callback, state, isDeadline: true);

    /// <summary>No jump while the result is not disposed.</summary>
    public IDisposable Hold()
    {
        lock (_gate)
        {
            _holds++;
        }

        return new Held(this);
    }

    /// <summary>A run has, or no longer has, a task that waits for a worker or is with one.</summary>
    public void SetBusy(long run, bool busy)
    {
        lock (_gate)
        {
            if (busy ? _busyRuns.Add(run) : _busyRuns.Remove(run))
            {
                Settle();
            }
        }
    }

    /// <summary>Takes one more lock.</summary>
    public void Lock()
    {
        lock (_gate)
        {
            _locks++;
        }
    }

    /// <summary>Takes one lock off; false when there was none.</summary>
    public bool TryUnlock()
    {
        lock (_gate)
        {
            if (_locks == 0)
            {
                return false;
            }

            _locks--;
            Settle();
            return true;
        }
    }

    /// <summary>Completes at the time, by the clock's own reckoning; <paramref name="reaching"/> is called in that moment, before the clock can jump on.</summary>
    public async Task UntilAsync(DateTimeOffset time, CancellationToken cancellationToken, Action? reaching = null)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var timer = CreateDeadline(Reach, null);
        var wait = time - GetUtcNow();
        timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await reached.Task.WaitAsync(cancellationToken).ConfigureAwait(false);

        void Reach(object? _)
        {
            reaching?.Invoke();
            reached.TrySetResult();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timers.Clear();
        }

        _next.Dispose();
        _calm.Dispose();
    }

    /// <summary>Something changed: a jump has to wait for calm. The lock is held.</summary>
    private void Settle()
    {
        if (!_disposed && _locks == 0 && _holds == 0 && _busyRuns.Count == 0)
        {
            _calm.Change(Calm, Timeout.InfiniteTimeSpan);
        }
    }

    private void Jump()
    {
        lock (_gate)
        {
            var due = _timers.Where(t => t.IsDeadline).Select(t => t.Due).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
            if (_disposed || _locks > 0 || _holds > 0 || _busyRuns.Count > 0 || due == DateTimeOffset.MaxValue)
            {
                return;
            }

            if (due - GetUtcNow() is { Ticks: > 0 } ahead)
            {
                Interlocked.Add(ref _skippedTicks, ahead.Ticks);
            }
        }

        FireDue();
    }

    private void FireDue()
    {
        List<VirtualTimer> due;
        lock (_gate)
        {
            var now = GetUtcNow();
            due = [.. _timers.Where(t => t.Due <= now).OrderBy(t => t.Due)];
            foreach (var timer in due)
            {
                timer.Passed(now);
                if (timer.Due == DateTimeOffset.MaxValue)
                {
                    _timers.Remove(timer);
                }
            }

            Arm();
            _holds++; // until the callbacks have taken their own
        }

        foreach (var timer in due)
        {
            timer.Fire();
        }

        Release();
    }

    /// <summary>Sets the real timer for the next virtual one. The lock is held.</summary>
    private void Arm()
    {
        if (_disposed || _timers.Count == 0)
        {
            return;
        }

        var wait = _timers.Min(t => t.Due) - GetUtcNow();
        _next.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(wait.TotalMilliseconds), 86_400_000)), Timeout.InfiniteTimeSpan);
    }

    private void Set(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            timer.Set(dueTime == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : GetUtcNow() + dueTime, period);
            if (timer.Due == DateTimeOffset.MaxValue)
            {
                _timers.Remove(timer);
            }
            else if (!_disposed)
            {
                _timers.Add(timer);
                Arm();
            }

            if (timer.IsDeadline)
            {
                Settle();
            }
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            _holds--;
            Settle();
        }
    }

    private sealed class Held(SkippingClock clock) : IDisposable
    {
        private SkippingClock? _clock = clock;

        public void Dispose() => Interlocked.Exchange(ref _clock, null)?.Release();
    }

    private sealed class VirtualTimer(SkippingClock clock, TimerCallback callback, object? state, bool isDeadline) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public bool IsDeadline => isDeadline;

        public DateTimeOffset Due { get; private set; } = DateTimeOffset.MaxValue;

        public ITimer Started(TimeSpan dueTime, TimeSpan period)
        {
            Change(dueTime, period);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Set(this, dueTime, period);
            return true;
        }

        /// <summary>The clock's lock is held.</summary>
        public void Set(DateTimeOffset due, TimeSpan period) => (Due, _period) = (due, period);

        /// <summary>Its time has come: it stops, or waits for the next one.</summary>
        public void Passed(DateTimeOffset now) => Due = _period > TimeSpan.Zero ? now + _period : DateTimeOffset.MaxValue;

        public void Fire() => callback(state);

        public void Dispose() => clock.Set(this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
