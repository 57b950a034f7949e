using Temporalio.Api.WorkflowService.V1;

namespace Temporalio.Client;

/// <summary>Workers of this process that take first workflow tasks of runs that its clients start.</summary>
internal sealed class EagerStarts
{
    private readonly Lock _lock = new();
    private readonly List<(string Namespace, string TaskQueue, IEagerStartWorker Worker)> _workers = [];

    /// <summary>Offers a worker until the result is disposed.</summary>
    internal IDisposable Offer(string ns, string taskQueue, IEagerStartWorker worker)
    {
        var entry = (ns, taskQueue, worker);
        lock (_lock)
        {
            _workers.Add(entry);
        }

        return new Ending(() =>
        {
            lock (_lock)
            {
                _workers.Remove(entry);
            }
        });
    }

    /// <summary>Takes a place in a worker of a queue; null when none has room.</summary>
    internal EagerStartPlace? TryReserve(string ns, string taskQueue)
    {
        lock (_lock)
        {
            foreach (var (offered, queue, worker) in _workers)
            {
                if (offered == ns && queue == taskQueue && worker.TryReserveStart() is { } permit)
                {
                    return new(worker, permit);
                }
            }

            return null;
        }
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
