using Google.Protobuf.WellKnownTypes;
using Orchestrator.TestKit;
using Temporal.DevServer;
using Temporalio.Client;
using Temporalio.Worker;

namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>The embedded server on a clock that the test moves, with the worker that starts the activities.</summary>
internal sealed class FamilyServer : IAsyncDisposable
{
    private const string Namespace = "generated";
    private readonly TemporalDevServer _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _working;

    private FamilyServer(TemporalDevServer server, ManualTime clock, TemporalClient client)
    {
        _server = server;
        Clock = clock;
        Client = client;
        _working = HoldActivitiesAsync();
    }

    public ManualTime Clock { get; }

    public TemporalClient Client { get; }

    public HeldActivities Activities { get; } = new();

    public static async Task<FamilyServer> StartAsync()
    {
        var clock = new ManualTime();
        var server = await TemporalDevServer.StartAsync(new() { Ip = "127.0.0.1", Port = 0, TimeProvider = clock });
        var client = await TemporalClient.ConnectAsync(new(server.Address) { Namespace = Namespace });

        // The clock jumps by months: closed runs must stay readable.
        await client.Connection.WorkflowService.RegisterNamespaceAsync(
            new() { Namespace = Namespace, WorkflowExecutionRetentionPeriod = Duration.FromTimeSpan(TimeSpan.FromDays(100_000)) });
        return new(server, clock, client);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _working;
        _stop.Dispose();
        await _server.DisposeAsync();
    }

    private async Task HoldActivitiesAsync()
    {
        using var worker = new TemporalWorker(Client, new TemporalWorkerOptions(GeneratedWorkflow.ActivityQueue).AddAllActivities(Activities));
        try
        {
            await worker.ExecuteAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
    }
}
