using Temporalio.Worker.Activations;
using Temporalio.Worker.Interceptors;

namespace Temporalio.Worker.Instances;

/// <summary>Timers that workflow code waits for.</summary>
internal sealed class TimerCalls(WorkflowInstance instance)
{
    private readonly Dictionary<uint, Call> _pending = [];
    private uint _last;

    /// <summary>Starts a timer. Zero counts as 1 ms; without end it makes no command.</summary>
    public Task DelayAsync(DelayAsyncInput input)
    {
        instance.ThrowIfReadOnly();
        var token = input.CancellationToken ?? instance.CancellationToken;
        if (input.Delay < TimeSpan.Zero && input.Delay != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentException($"Delay must not be negative, seen {input.Delay}.", nameof(input));
        }

        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled(token);
        }

        var seq = 0u;
        if (input.Delay != Timeout.InfiniteTimeSpan)
        {
            seq = ++_last;
            var delay = input.Delay == TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : input.Delay;
            instance.AddCommand(new WorkflowCommand.StartTimer(seq, delay, Wire.Metadata(instance.PayloadConverter, input.Summary)));
        }

        var call = new Call(this, seq, token);
        if (seq != 0)
        {
            _pending.Add(seq, call);
        }

        call.Watch();
        instance.Track(call.Source.Task);
        return call.Source.Task;
    }

    /// <summary>A timer fired.</summary>
    public void Fire(uint seq)
    {
        if (_pending.Remove(seq, out var call))
        {
            call.Fire();
        }
    }

    private sealed class Call(TimerCalls owner, uint seq, CancellationToken token)
    {
        private CancellationTokenRegistration _registration;

        public TaskCompletionSource Source { get; } = new();

        public void Watch()
        {
            if (token.CanBeCanceled)
            {
                _registration = token.UnsafeRegister(static state => ((Call)state!).Cancel(), this);
            }
        }

        public void Fire()
        {
            _registration.Dispose();
            Source.TrySetResult();
        }

        private void Cancel()
        {
            if (seq != 0 && !owner._pending.Remove(seq))
            {
                return;
            }

            if (seq != 0)
            {
                owner.Instance.AddCommand(new WorkflowCommand.CancelTimer(seq));
            }

            Source.TrySetCanceled(token);
        }
    }

    private WorkflowInstance Instance => instance;
}
