using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit;
using Temporalio.Client;
using Temporalio.Worker;

namespace Integration.Tests.Orchestration;

/// <summary>A worker that can vanish: its network is cut in the middle of what it does, so that nobody hears of what it finishes, and it is not there any more.</summary>
internal sealed class VanishingWorker : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpProxy _network;
    private readonly TemporalWorker _worker;
    private readonly Task _working;

    private VanishingWorker(TcpProxy network, TemporalWorker worker)
    {
        (_network, _worker) = (network, worker);
        _working = WorkAsync();
    }

    public static async Task<VanishingWorker> StartAsync(OrchestrationServer server, Action<TemporalWorkerOptions> configure)
    {
        var network = new TcpProxy(server.Client.Connection.Options.TargetHost!);
        var options = new TemporalWorkerOptions(OrchestrationServer.Queue);
        configure(options);
        return new VanishingWorker(network, new TemporalWorker(await TemporalClient.ConnectAsync(new(network.Address) { DataConverter = PayloadFormat.Converter }), options));
    }

    /// <summary>Vanishes; what is left of it ends by itself.</summary>
    public async Task VanishAsync()
    {
        _network.Cut();
        await _stop.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _network.Mend();
        await _working;
        _worker.Dispose();
        await _network.DisposeAsync();
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        try
        {
            await _worker.ExecuteAsync(_stop.Token);
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is not OutOfMemoryException)
        {
            // It was told to end, with or without a network to say good-bye on.
            return;
        }
    }
}
