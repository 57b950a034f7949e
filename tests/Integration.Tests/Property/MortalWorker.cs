using Lakehouse;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Workers;
using Temporalio.Client;

namespace Integration.Tests.Property;

/// <summary>
/// The product's worker, which dies at any of the places that its activities pass: from there on none of them gets any further, and what it had in memory is gone with it.
/// Unlike a killed process it still runs what stands in its catch and finally blocks, up to the next such place.
/// </summary>
internal sealed class MortalWorker : IAsyncDisposable
{
    private readonly TaskCompletionSource<string> _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly PipelineWorker _worker;
    private readonly Task _working;
    private long _left = long.MaxValue;

    public MortalWorker(ITemporalClient client, WorkerSettings settings)
    {
        _worker = new PipelineWorker(client, settings, NullLoggerFactory.Instance);
        _working = Task.Run(WorkAsync);
    }

    /// <summary>Ends with the place where it died.</summary>
    public Task<string> Died => _died.Task;

    /// <summary>Lets it die at the so many-th place from now.</summary>
    public void DieAfter(int places) => Interlocked.Exchange(ref _left, places);

    /// <summary>Lets it live.</summary>
    public void Live() => Interlocked.Exchange(ref _left, long.MaxValue);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _working;
        _worker.Dispose();
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        FailPoint.Here = Pass;
        try
        {
            await _worker.ExecuteAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the worker.
            return;
        }
    }

    private void Pass(string place)
    {
        if (Interlocked.Read(ref _left) == long.MaxValue && !_died.Task.IsCompleted)
        {
            return;
        }

        if (_died.Task.IsCompleted || Interlocked.Decrement(ref _left) <= 0)
        {
            _died.TrySetResult(place);

            // The dead tell nobody that they failed: only once the worker is stopped does the attempt end.
            _stop.Token.WaitHandle.WaitOne();
            throw new InvalidOperationException($"The worker died at {place}.");
        }
    }
}
