using System.Diagnostics;
using Temporalio.Client;
using Temporalio.Worker;

namespace Orchestrator.Benchmarks.Server;

/// <summary>A client and a worker in this process, on an embedded server in another.</summary>
internal sealed class WorkflowLoad : IAsyncDisposable
{
    public const string TaskQueue = "bench";
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _worker;
    private int _started;

    private WorkflowLoad(ChildServer server, TemporalClient client)
    {
        (Server, Client) = (server, client);
        var options = new TemporalWorkerOptions(TaskQueue)
        {
            MaxCachedWorkflows = 2_000,
            MaxConcurrentWorkflowTasks = 200,
            MaxConcurrentActivities = 200,
        };
        options.AddWorkflow<EmptyWorkflow>().AddWorkflow<OneActivityWorkflow>().AddWorkflow<LocalActivityWorkflow>().AddWorkflow<SequenceWorkflow>()
            .AddWorkflow<FanOutWorkflow>().AddWorkflow<TimerWorkflow>().AddWorkflow<ChildrenWorkflow>().AddWorkflow<SinkWorkflow>()
            .AddAllActivities(typeof(BenchActivities), null);
        _worker = new TemporalWorker(client, options).ExecuteAsync(_stop.Token);
    }

    public ChildServer Server { get; }

    public TemporalClient Client { get; }

    public static async Task<WorkflowLoad> StartAsync(string? databaseFile, CancellationToken cancellationToken)
    {
        var server = await ChildServer.StartAsync(TemporalServer.Role, databaseFile is null ? [] : [databaseFile], cancellationToken);
        try
        {
            return new WorkflowLoad(server, await TemporalClient.ConnectAsync(new(server.Address)));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Options of a new workflow.</summary>
    public WorkflowOptions Options(string taskQueue = TaskQueue) => new($"bench-{Interlocked.Increment(ref _started)}", taskQueue);

    /// <summary>
    /// Runs the operation so often with so many in flight: <c>NAME.per_s</c>, <c>NAME.p50_ms</c> (of one operation) and <c>NAME.cpu_ms</c>
    /// (server processor time of each).
    /// </summary>
    public async Task<IReadOnlyList<BenchFigure>> MeasureAsync(string name, int count, int inFlight, Func<Task> operation, CancellationToken cancellationToken)
    {
        var latencies = new double[count];
        var (next, processorTime, clock) = (0, Server.ProcessorTime, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(
            async () =>
            {
                while (Interlocked.Increment(ref next) - 1 is var number && number < count)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var started = Stopwatch.GetTimestamp();
                    await operation();
                    latencies[number] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                }
            },
            cancellationToken)));
        var seconds = clock.Elapsed.TotalSeconds;
        return
        [
            new BenchFigure($"server.{name}.per_s", count / seconds, "1/s"),
            new BenchFigure($"server.{name}.p50_ms", Load.Percentile(latencies, 0.5), "ms"),
            new BenchFigure($"server.{name}.cpu_ms", (Server.ProcessorTime - processorTime).TotalMilliseconds / count, "ms"),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _worker;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _ = _worker.IsCanceled; // how the worker says that it stopped as asked
        }

        _stop.Dispose();
        await Server.DisposeAsync();
    }
}
