using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Activities.Contracts;
using Orchestrator.Workers;
using Temporal.DevServer;
using Temporalio.Client;

namespace Orchestrator.Benchmarks.Runs;

/// <summary>The embedded server with its database file, a worker and a lake in a folder, as <c>orchestrator dev</c> has them.</summary>
internal sealed class LocalProduct : IAsyncDisposable
{
    private readonly TemporalDevServer _server;
    private readonly PipelineWorker _worker;

    private LocalProduct(TemporalDevServer server, TemporalClient client, PipelineWorker worker) => (_server, Client, _worker) = (server, client, worker);

    public TemporalClient Client { get; }

    public static async Task<LocalProduct> StartAsync(string pipelines, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var server = await TemporalDevServer.StartAsync(new DevServerOptions { Port = 0, DatabaseFile = Path.Combine(folder, "temporal.db") }, cancellationToken);
        var client = await TemporalClient.ConnectAsync(new TemporalClientConnectOptions(server.Address) { DataConverter = PayloadFormat.Converter });
        var settings = new WorkerSettings { TaskQueue = TaskQueues.Pipelines, PipelinesFolder = pipelines, Lake = Path.Combine(folder, "lake") };
        return new LocalProduct(server, client, new PipelineWorker(client, settings, NullLoggerFactory.Instance));
    }

    /// <summary>Has the worker work until something is done. Once for each product.</summary>
    public Task WorkAsync(Func<Task> work, CancellationToken cancellationToken) => _worker.ExecuteAsync(work, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _worker.Dispose();
        await _server.DisposeAsync();
    }
}
