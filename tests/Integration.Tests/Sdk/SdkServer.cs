using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Temporal.DevServer;
using Temporalio.Client;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>The embedded server for the tests of one class, with a client and workers on queues of their own.</summary>
public sealed class SdkServer : IAsyncLifetime
{
    private TemporalDevServer? _server;

    /// <summary>A connected client.</summary>
    public TemporalClient Client { get; private set; } = null!;

    /// <summary>Warnings and errors the SDK logged.</summary>
    public ConcurrentQueue<string> Log { get; } = [];

    public async ValueTask InitializeAsync()
    {
        _server = await TemporalDevServer.StartAsync(new DevServerOptions { Ip = "127.0.0.1", Port = 0, DatabaseFile = null });
        Client = await TemporalClient.ConnectAsync(new(_server.Address) { LoggerFactory = LoggerFactory.Create(b => b.AddProvider(new Provider(Log))) });
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>Runs a workflow type on a worker of its own and gives the body its handle.</summary>
    public async Task WithWorkerAsync(Action<TemporalWorkerOptions> configure, Func<string, Task> body)
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        var options = new TemporalWorkerOptions(queue);
        configure(options);
        using var worker = new TemporalWorker(Client, options);
        await worker.ExecuteAsync(() => body(queue).WaitAsync(TimeSpan.FromSeconds(60)));
    }

    /// <summary>Options of a new workflow on a queue.</summary>
    public static WorkflowOptions Options(string queue) => new($"wf-{Guid.NewGuid():N}", queue) { TaskTimeout = TimeSpan.FromSeconds(10) };

    private sealed class Provider(ConcurrentQueue<string> log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Sink(log, categoryName);

        public void Dispose()
        {
        }
    }

    private sealed class Sink(ConcurrentQueue<string> log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
