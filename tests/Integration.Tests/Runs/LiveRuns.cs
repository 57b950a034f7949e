using Integration.Tests.Orchestration;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Workers;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Integration.Tests.Runs;

/// <summary>Pipelines that a test writes, with a server and the product's worker in this process: the test steps in at the places that activities pass.</summary>
internal sealed class LiveRuns : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly OrchestrationServer _server;
    private readonly PipelineWorker _worker;
    private readonly Task _working;

    private LiveRuns(OrchestrationServer server, SmallWorkspace workspace, TimeSpan? checkpointEvery, string lake)
    {
        (_server, Workspace) = (server, workspace);
        Lake = new LakeRoot(lake);
        _worker = new PipelineWorker(
            server.Client,
            new WorkerSettings { TaskQueue = OrchestrationServer.Queue, PipelinesFolder = workspace.Pipelines, Lake = lake, CheckpointEvery = checkpointEvery, TraceWorkflowCalls = true },
            NullLoggerFactory.Instance);
        _working = Task.Run(WorkAsync);
    }

    public SmallWorkspace Workspace { get; }

    public LakeRoot Lake { get; }

    public TemporalClient Client => _server.Client;

    /// <summary>Called at every place; what it throws is thrown there. Default: nothing.</summary>
    public Action<string> At { get; set; } = _ => { };

    public static async Task<LiveRuns> StartAsync(SmallWorkspace workspace, TimeSpan? checkpointEvery = null, string? lake = null) =>
        new(await OrchestrationServer.StartAsync(), workspace, checkpointEvery, lake ?? workspace.Lake);

    public Task<WorkflowHandle> StartAsync(string pipeline, string partition, bool force = false)
    {
        var request = new RunRequest(pipeline, partition, force);
        return Client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
    }

    /// <summary>Runs a partition to its end.</summary>
    public async Task<RunResult> RunAsync(string pipeline, string partition, bool force = false) => await EndAsync(await StartAsync(pipeline, partition, force));

    /// <summary>Takes back what the last run of a partition published.</summary>
    public async Task<RunResult> RollbackAsync(string pipeline, string partition, string? run = null)
    {
        var request = new RollbackRequest { Pipeline = pipeline, Partition = partition, By = "ann", Reason = "half a file", RunId = run };
        return await EndAsync(await Client.StartWorkflowAsync("Rollback", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue)));
    }

    /// <summary>How a workflow ended; a worker that ends before is an error.</summary>
    public async Task<RunResult> EndAsync(WorkflowHandle handle)
    {
        var ending = handle.GetResultAsync<RunResult>();
        if (await Task.WhenAny(ending, _working).WaitAsync(TimeSpan.FromMinutes(3)) == _working)
        {
            await _working;
        }

        return await ending;
    }

    /// <summary>Asks until the answer is as expected.</summary>
    public Task<T> UntilAsync<T>(WorkflowHandle handle, Func<T, bool> condition) => _server.UntilAsync(handle, condition);

    /// <summary>Why something failed.</summary>
    public static async Task<ApplicationFailureException> FailureAsync(Func<Task> run)
    {
        Exception? cause = await Assert.ThrowsAsync<WorkflowFailedException>(run);
        while (cause is not (null or ApplicationFailureException))
        {
            cause = cause.InnerException;
        }

        return Assert.IsType<ApplicationFailureException>(cause);
    }

    /// <summary>What a plan says of each partition: its reasons, empty for none.</summary>
    public async Task<IReadOnlyDictionary<string, string>> PlanAsync(string pipeline)
    {
        var (states, _) = await new PartitionPlanner(PipelineLoader.Load(Path.Combine(Workspace.Pipelines, pipeline)), Lake).StatesAsync(CancellationToken.None);
        return states.ToDictionary(s => s.Partition.Value, s => string.Join("; ", s.Reasons.Select(r => r.Kind)));
    }

    /// <summary>Rows of a SELECT, each as a text, in order.</summary>
    public async Task<string[]> RowsAsync(string columns, string table)
    {
        var sql = $"select concat_ws('|', {string.Join(", ", columns.Split(", ").Select(c => $"coalesce(cast({c} as varchar), '-')"))}) as r from {table} order by r";
        return [.. (await Lake.QueryAsync(sql, CancellationToken.None)).Rows.Select(r => (string)r[0]!).Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _working;
        _worker.Dispose();
        await _server.DisposeAsync();
        _stop.Dispose();
        Workspace.Dispose();
    }

    private async Task WorkAsync()
    {
        Lakehouse.FailPoint.Here = place => At(place);
        try
        {
            await _worker.ExecuteAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of the worker.
            return;
        }
    }
}
