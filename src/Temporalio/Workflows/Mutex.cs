namespace Temporalio.Workflows;

/// <summary>A mutual exclusion for workflow code: waits are deterministic and first come, first served. Not reentrant.</summary>
public class Mutex
{
    private readonly Semaphore _semaphore = new(1);

    /// <summary>Gives the mutex back.</summary>
    /// <exception cref="InvalidOperationException">It is not held.</exception>
    public void ReleaseMutex() => _semaphore.Release();

    /// <summary>Takes the mutex, waiting for it.</summary>
    /// <param name="cancellationToken">Cancels the wait. Default: the token of the workflow.</param>
    /// <returns>Done when it is taken.</returns>
    public Task WaitOneAsync(CancellationToken? cancellationToken = null) => _semaphore.WaitAsync(cancellationToken);

    /// <summary>Takes the mutex, waiting for it but not longer than a time.</summary>
    /// <param name="timeout">Longest wait.</param>
    /// <param name="cancellationToken">Cancels the wait. Default: the token of the workflow.</param>
    /// <returns>Whether it was taken.</returns>
    public Task<bool> WaitOneAsync(TimeSpan timeout, CancellationToken? cancellationToken = null) => _semaphore.WaitAsync(timeout, cancellationToken);

    /// <summary>Takes the mutex, waiting for it but not longer than a time.</summary>
    /// <param name="millisecondsTimeout">Longest wait in milliseconds.</param>
    /// <param name="cancellationToken">Cancels the wait. Default: the token of the workflow.</param>
    /// <returns>Whether it was taken.</returns>
    public Task<bool> WaitOneAsync(int millisecondsTimeout, CancellationToken? cancellationToken = null) =>
        _semaphore.WaitAsync(millisecondsTimeout, cancellationToken);
}
