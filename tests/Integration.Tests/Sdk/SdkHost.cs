using System.Collections.Concurrent;
using Orchestrator.Integration.Tests.Sdk;
using Temporalio.Client;
using Temporalio.Worker;

[assembly: AssemblyFixture(typeof(SdkHost))]

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>One embedded server and one worker for the behaviour tests of all areas; started when the first of them asks.</summary>
public sealed class SdkHost : IAsyncDisposable
{
    /// <summary>The queue of the shared worker.</summary>
    public const string Queue = "behaviours";

    private readonly SdkServer _server = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lazy<Task> _start;
    private Task _working = Task.CompletedTask;

    public SdkHost() => _start = new(StartAsync);

    /// <summary>A connected client.</summary>
    public TemporalClient Client => _server.Client;

    /// <summary>What the SDK logged.</summary>
    public ConcurrentQueue<string> Log => _server.Log;

    /// <summary>The server, for tests that need a worker of their own.</summary>
    public SdkServer Server => _server;

    /// <summary>Waits until the server and the worker run.</summary>
    public Task ReadyAsync() => _start.Value;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _working;
        _stop.Dispose();
        if (_start.IsValueCreated)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task StartAsync()
    {
        await _server.InitializeAsync();
        _working = WorkAsync();
    }

    private async Task WorkAsync()
    {
        using var worker = new TemporalWorker(
            Client, new TemporalWorkerOptions(Queue) { MaxConcurrentWorkflowTaskPolls = 10 }.AddWorkflow<Script>().AddAllActivities(typeof(Deeds), null));
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
