using Temporalio.Worker;

namespace Temporalio.Extensions.Hosting;

/// <summary>Gives running hosted workers another client, for example after their credentials changed.</summary>
public class TemporalWorkerClientUpdater
{
    private readonly Lock _lock = new();
    private IWorkerClient? _latest;
    private Action<IWorkerClient>? _workers;

    /// <summary>Exchanges the client of every running worker that has this updater in its options, and of those that start later.</summary>
    /// <param name="client">The new client; must be connected.</param>
    /// <exception cref="InvalidOperationException">The client is lazy and not connected.</exception>
    public void UpdateClient(IWorkerClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        lock (_lock)
        {
            _workers?.Invoke(client);
            _latest = client;
        }
    }

    /// <summary>Subscribes a worker; a client that came before it is given at once.</summary>
    internal void Subscribe(Action<IWorkerClient> worker)
    {
        lock (_lock)
        {
            if (_latest is { } client)
            {
                worker(client);
            }

            _workers += worker;
        }
    }

    internal void Unsubscribe(Action<IWorkerClient> worker)
    {
        lock (_lock)
        {
            _workers -= worker;
        }
    }
}
