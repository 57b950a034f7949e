using Orchestrator.Activities.Contracts;
using Temporal.DevServer;
using Temporalio.Client;
using Temporalio.Worker;

namespace Integration.Tests.Orchestration;

/// <summary>The embedded server with a client that speaks the product's payload format, and a worker whose activities are the test's own.</summary>
internal sealed class OrchestrationServer : IAsyncDisposable
{
    public const string Queue = "pipelines";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly TemporalDevServer _server;

    private OrchestrationServer(TemporalDevServer server, TemporalClient client)
    {
        _server = server;
        Client = client;
    }

    public TemporalClient Client { get; }

    public static async Task<OrchestrationServer> StartAsync(TimeProvider? clock = null)
    {
        var server = await TemporalDevServer.StartAsync(new DevServerOptions { Ip = "127.0.0.1", Port = 0, DatabaseFile = null, TimeProvider = clock ?? TimeProvider.System });
        return new OrchestrationServer(server, await TemporalClient.ConnectAsync(new(server.Address) { DataConverter = PayloadFormat.Converter }));
    }

    public async Task WithWorkerAsync(Action<TemporalWorkerOptions> configure, Func<Task> body)
    {
        var options = new TemporalWorkerOptions(Queue);
        configure(options);
        using var worker = new TemporalWorker(Client, options);
        await worker.ExecuteAsync(() => body().WaitAsync(Patience));
    }

    public async Task<T> UntilAsync<T>(WorkflowHandle handle, Func<T, bool> condition, string query = "progress")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await handle.QueryAsync<T>(query, []);
            if (condition(seen))
            {
                return seen;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"Still {seen}");
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until a workflow has started a timer of that length: only then does it help to move the clock.</summary>
    public async Task UntilTimerAsync(WorkflowHandle handle, TimeSpan length)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!(await handle.FetchHistoryAsync()).Events.Any(e => e.TimerStartedEventAttributes?.StartToFireTimeout?.ToTimeSpan() == length))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"No timer of {length}");
            await Task.Delay(20);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
