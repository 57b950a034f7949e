using System.Diagnostics;
using System.Globalization;
using Orchestrator.Benchmarks.Workers;
using Temporalio.Client;

namespace Orchestrator.Benchmarks.Server;

/// <summary>A client in this process that loads a server through a worker, each in a process of its own. Owns the worker, not the server.</summary>
internal sealed class WorkflowLoad : IAsyncDisposable
{
    private readonly ChildProcess _server;
    private readonly ChildProcess _worker;
    private readonly TemporalClient _client;
    private readonly string _taskQueue;
    private int _started;

    private WorkflowLoad(ChildProcess server, ChildProcess worker, TemporalClient client, string taskQueue) =>
        (_server, _worker, _client, _taskQueue) = (server, worker, client, taskQueue);

    /// <summary>Managed bytes that our own worker has allocated so far.</summary>
    public async Task<long> AllocatedBytesAsync(CancellationToken cancellationToken) =>
        long.Parse(await _worker.AskAsync(OwnWorker.AskAllocatedBytes, cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>Managed bytes that our own worker holds after a full collection.</summary>
    public async Task<long> LiveBytesAsync(CancellationToken cancellationToken) =>
        long.Parse(await _worker.AskAsync(OwnWorker.AskLiveBytes, cancellationToken), CultureInfo.InvariantCulture);

    /// <summary>Memory of the worker's process, in MB of a million bytes.</summary>
    public double ResidentMegabytes => _worker.ResidentMegabytes;

    /// <summary>Threads of the worker's process.</summary>
    public int Threads => _worker.Threads;

    /// <summary>Queue of this load alone.</summary>
    public string TaskQueue => _taskQueue;

    /// <summary>Starts a worker on the queue.</summary>
    /// <param name="server">The server.</param>
    /// <param name="taskQueue">Queue of this load alone.</param>
    /// <param name="startWorker">Starts the worker, given the server's address and the queue.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<WorkflowLoad> StartAsync(
        ChildProcess server, string taskQueue, Func<string, string, CancellationToken, Task<ChildProcess>> startWorker, CancellationToken cancellationToken)
    {
        var client = await TemporalClient.ConnectAsync(new(server.Address));
        return new(server, await startWorker(server.Address, taskQueue, cancellationToken), client, taskQueue);
    }

    /// <summary>A workflow that is started and left.</summary>
    public Task StartOnly() => _client.StartWorkflowAsync((EmptyWorkflow w) => w.RunAsync(), Options("nobody"));

    /// <summary>A workflow that does nothing.</summary>
    public Task Empty() => _client.ExecuteWorkflowAsync((EmptyWorkflow w) => w.RunAsync(), Options());

    /// <summary>A workflow of one activity.</summary>
    public Task OneActivity() => _client.ExecuteWorkflowAsync((OneActivityWorkflow w) => w.RunAsync(1), Options());

    /// <summary>A workflow of one local activity.</summary>
    public Task LocalActivity() => _client.ExecuteWorkflowAsync((LocalActivityWorkflow w) => w.RunAsync(1), Options());

    /// <summary>A workflow of 20 activities, one after the other.</summary>
    public Task Sequence() => _client.ExecuteWorkflowAsync((SequenceWorkflow w) => w.RunAsync(20), Options());

    /// <summary>A workflow of 200 activities at once.</summary>
    public Task FanOut() => _client.ExecuteWorkflowAsync((FanOutWorkflow w) => w.RunAsync(200), Options());

    /// <summary>A workflow of a timer of 1 ms.</summary>
    public Task Timer() => _client.ExecuteWorkflowAsync((TimerWorkflow w) => w.RunAsync(), Options());

    /// <summary>A workflow of five children, one after the other.</summary>
    public Task Children() => _client.ExecuteWorkflowAsync((ChildrenWorkflow w) => w.RunAsync(5), Options());

    /// <summary>A workflow that ends after so many signals and updates.</summary>
    public Task<WorkflowHandle<SinkWorkflow, int>> StartSinkAsync(int enough) => _client.StartWorkflowAsync((SinkWorkflow w) => w.RunAsync(enough), Options());

    /// <summary>So many signals into one workflow from 20 senders.</summary>
    public async Task<Measured> SignalsAsync(int count, CancellationToken cancellationToken)
    {
        var sink = await StartSinkAsync(count);
        return await MeasureAsync(count, 20, () => sink.SignalAsync(w => w.PokeAsync()), cancellationToken, () => sink.GetResultAsync());
    }

    /// <summary>So many updates into one workflow.</summary>
    public async Task<Measured> UpdatesAsync(int count, int inFlight, CancellationToken cancellationToken)
    {
        var sink = await StartSinkAsync(count);
        return await MeasureAsync(count, inFlight, () => sink.ExecuteUpdateAsync(w => w.AddAsync()), cancellationToken, () => sink.GetResultAsync());
    }

    /// <summary>Runs an operation so often with so many in flight, and then what has to be waited for before it is all done.</summary>
    public async Task<Measured> MeasureAsync(
        int count, int inFlight, Func<Task> operation, CancellationToken cancellationToken, Func<Task>? end = null)
    {
        var latencies = new double[count];
        var (next, server, worker, clock) = (0, _server.ProcessorTime, _worker.ProcessorTime, Stopwatch.StartNew());
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
        await (end?.Invoke() ?? Task.CompletedTask);
        var seconds = clock.Elapsed.TotalSeconds;
        return new Measured(
            count / seconds,
            Load.Percentile(latencies, 0.5),
            (_server.ProcessorTime - server).TotalMilliseconds / count,
            (_worker.ProcessorTime - worker).TotalMilliseconds / count);
    }

    public ValueTask DisposeAsync() => _worker.DisposeAsync();

    private WorkflowOptions Options(string? taskQueue = null) => new($"{_taskQueue}-{Interlocked.Increment(ref _started)}", taskQueue ?? _taskQueue);
}
