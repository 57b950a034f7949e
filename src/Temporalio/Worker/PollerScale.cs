using Temporalio.Api.TaskQueue.V1;
using Temporalio.Exceptions;
using Temporalio.Worker.Tuning;

namespace Temporalio.Worker;

/// <summary>
/// Keeps the polls of one kind open: a fixed number, or as many as the server advises within bounds. A server that never gives advice
/// leaves the number as it was at the start, except that refused polls halve it.
/// </summary>
internal sealed class PollerScale
{
    private readonly Lock _lock = new();
    private readonly List<Task> _loops = [];
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<Task> _loop;
    private readonly CancellationToken _stop;
    private readonly int _minimum;
    private readonly int _maximum;
    private int _open;
    private bool _advised;

    /// <summary>Prepares polls; each loop must ask <see cref="TryLeave"/> after every poll and end when told to.</summary>
    public PollerScale(PollerBehavior behavior, Func<PollerScale, Task> loop, CancellationToken stop)
    {
        _loop = () => WatchAsync(loop(this));
        _stop = stop;
        (_minimum, _maximum, Target) = behavior switch
        {
            PollerBehavior.Autoscaling scaling => (scaling.Minimum, scaling.Maximum, scaling.Initial),
            PollerBehavior.SimpleMaximum { Maximum: var number } => (number, number, number),
            _ => throw new NotSupportedException($"Poller behavior '{behavior.GetType()}' is not supported."),
        };
    }

    /// <summary>Polls that are to be open.</summary>
    public int Target { get; private set; }

    /// <summary>
    /// Runs the loops until all have ended after a stop; throws what one of them threw as soon as it did: with the others alone the worker would seem to live and take no new work.
    /// </summary>
    public async Task RunAsync()
    {
        Grow();
        while (true)
        {
            Task[] loops;
            lock (_lock)
            {
                loops = [.. _loops];
            }

            await (await Task.WhenAny(Task.WhenAll(loops), _failed.Task).ConfigureAwait(false)).ConfigureAwait(false);
            lock (_lock)
            {
                if (_loops.TrueForAll(l => l.IsCompleted))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Whether the loop that asks is one too many and must end.</summary>
    public bool TryLeave()
    {
        lock (_lock)
        {
            if (_open <= Target)
            {
                return false;
            }

            _open--;
            return true;
        }
    }

    /// <summary>A poll ended without an error.</summary>
    public void Succeeded(PollerScalingDecision? advice, bool found)
    {
        if (_minimum == _maximum)
        {
            return;
        }

        if (advice is not null)
        {
            _advised = true;
            Move(advice.PollRequestDeltaSuggestion);
        }
        else if (!found && _advised)
        {
            Move(-1);
        }
    }

    /// <summary>A poll failed.</summary>
    public void Failed(RpcException.StatusCode code)
    {
        if (_minimum == _maximum)
        {
            return;
        }

        if (code == RpcException.StatusCode.ResourceExhausted)
        {
            Move(-(Target / 2));
        }
        else if (_advised)
        {
            Move(-1);
        }
    }

    private async Task WatchAsync(Task loop)
    {
        try
        {
            await loop.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _failed.TrySetException(e);
            throw;
        }
    }

    private void Move(int delta)
    {
        lock (_lock)
        {
            Target = (int)Math.Clamp((long)Target + delta, _minimum, _maximum);
        }

        Grow();
    }

    private void Grow()
    {
        lock (_lock)
        {
            _loops.RemoveAll(l => l.IsCompletedSuccessfully);
            while (_open < Target && !_stop.IsCancellationRequested)
            {
                _open++;
                _loops.Add(_loop());
            }
        }
    }
}
