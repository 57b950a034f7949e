namespace Temporalio.Workflows;

/// <summary>A semaphore for workflow code: waits are deterministic and first come, first served.</summary>
public class Semaphore
{
    private readonly LinkedList<object> _waiting = new();

    /// <summary>A semaphore with all its slots free.</summary>
    /// <param name="initialCount">Slots, at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no slot.</exception>
    public Semaphore(int initialCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(initialCount, 1);
        Max = initialCount;
        CurrentCount = initialCount;
    }

    /// <summary>Free slots.</summary>
    public int CurrentCount { get; private set; }

    /// <summary>Slots in all.</summary>
    public int Max { get; init; }

    /// <summary>Frees a slot.</summary>
    /// <exception cref="InvalidOperationException">All slots are free already.</exception>
    public void Release()
    {
        if (CurrentCount >= Max)
        {
            throw new InvalidOperationException($"All {Max} slots of the semaphore are free already.");
        }

        CurrentCount++;
    }

    /// <summary>Takes a slot, waiting for one.</summary>
    /// <param name="cancellationToken">Cancels the wait. Default: the token of the workflow.</param>
    /// <returns>Done when a slot is taken.</returns>
    public Task WaitAsync(CancellationToken? cancellationToken = null) => WaitAsync(Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>Takes a slot, waiting for one but not longer than a time.</summary>
    /// <param name="millisecondsTimeout">Longest wait in milliseconds; -1 waits without end, 0 not at all.</param>
    /// <param name="cancellationToken">Cancels the wait. Default: the token of the workflow.</param>
    /// <returns>Whether a slot was taken.</returns>
    public Task<bool> WaitAsync(int millisecondsTimeout, CancellationToken? cancellationToken = null) =>
        WaitAsync(TimeSpan.FromMilliseconds(millisecondsTimeout), cancellationToken);

    /// <summary>Takes a slot, waiting for one but not longer than a time.</summary>
    /// <param name="timeout">Longest wait; infinite waits without end, zero not at all.</param>
    /// <param name="cancellationToken">Cancels the wait. Default: the token of the workflow.</param>
    /// <returns>Whether a slot was taken.</returns>
    public async Task<bool> WaitAsync(TimeSpan timeout, CancellationToken? cancellationToken = null)
    {
        (cancellationToken ?? Workflow.CancellationToken).ThrowIfCancellationRequested();
        if (_waiting.Count == 0 && CurrentCount > 0)
        {
            CurrentCount--;
            return true;
        }

        if (timeout == TimeSpan.Zero)
        {
            return false;
        }

        var place = _waiting.AddLast(new object());
        try
        {
            var options = new WaitConditionOptions(
                () => CurrentCount > 0 && _waiting.First == place,
                timeout == Timeout.InfiniteTimeSpan ? null : timeout,
                cancellationToken: cancellationToken);
            if (!await Workflow.WaitConditionWithOptionsAsync(options).ConfigureAwait(true))
            {
                return false;
            }

            CurrentCount--;
            return true;
        }
        finally
        {
            _waiting.Remove(place);
        }
    }
}
