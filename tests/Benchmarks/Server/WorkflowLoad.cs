using Temporalio.Client;
using Temporalio.Worker;

namespace Orchestrator.Benchmarks.Server;

/// <summary>A client and a worker in this process, on an embedded server in another.</summary>
internal sealed class WorkflowLoad : IAsyncDisposable
{
    private const string TaskQueue = "bench";
    private readonly ChildServer _server;
    private readonly TemporalClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _worker;
    private int _started;

    private WorkflowLoad(ChildServer server, TemporalClient client)
    {
        _server = server;
        _client = client;
        var options = new TemporalWorkerOptions(TaskQueue)
        {
            MaxCachedWorkflows = 2_000,
            MaxConcurrentWorkflowTasks = 200,
            MaxConcurrentActivities = 200,
        };
        options.AddWorkflow<OneActivityWorkflow>().AddWorkflow<StepsWorkflow>().AddAllActivities(typeof(BenchActivities), null);
        _worker = new TemporalWorker(client, options).ExecuteAsync(_stop.Token);
    }

    /// <summary>Processor time that the server has used.</summary>
    public TimeSpan ServerProcessorTime => _server.ProcessorTime;

    /// <summary>How many workflows were started.</summary>
    public int Started => _started;

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

    /// <summary>One workflow with one activity, from the start to its result.</summary>
    public async Task OneActivityAsync(CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _started);
        var result = await _client.ExecuteWorkflowAsync((OneActivityWorkflow workflow) => workflow.RunAsync(number), Options(number, cancellationToken));
        if (result != number)
        {
            throw new InvalidOperationException($"Workflow {number} answered {result}.");
        }
    }

    /// <summary>One workflow with that many activities in sequence; the milliseconds from each activity to the next.</summary>
    public async Task<IEnumerable<double>> StepsAsync(int steps, CancellationToken cancellationToken)
    {
        var options = Options(Interlocked.Increment(ref _started), cancellationToken);
        await _client.ExecuteWorkflowAsync((StepsWorkflow workflow) => workflow.RunAsync(steps), options);
        return BenchActivities.StepMilliseconds(options.Id!);
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
            // How the worker says that it stopped as asked.
            _stop.Dispose();
            return;
        }

        _stop.Dispose();
        await _server.DisposeAsync();
    }

    private static WorkflowOptions Options(int number, CancellationToken cancellationToken) =>
        new($"bench-{number}", TaskQueue) { Rpc = new() { CancellationToken = cancellationToken } };
}
