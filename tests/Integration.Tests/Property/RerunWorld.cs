using System.Collections.Concurrent;
using System.Globalization;
using Integration.Tests.Cli;
using Integration.Tests.Orchestration;
using Integration.Tests.Runs;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.TestKit;
using Orchestrator.Workers;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Integration.Tests.Property;

/// <summary>A folder with shipped pipelines and some days of their sources, a lake, a server, and a worker that may die.</summary>
internal sealed class RerunWorld : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>How much faster the server's time goes: what a dead worker held is given to another in a quarter of the time.</summary>
    private const int Hurry = 4;

    private readonly TempDir _folder = new();
    private readonly OrchestrationServer _server;
    private MortalWorker? _worker;
    private int _backfills;

    private RerunWorld(OrchestrationServer server, bool retail, Random random)
    {
        _server = server;
        Pipelines = retail ? ["retail", "retail_monthly"] : ["covid"];
        foreach (var pipeline in Pipelines)
        {
            CovidWorkspace.Copy(TestPaths.InRepo("pipelines", pipeline), _folder.At("pipelines", pipeline));
        }

        var samples = _folder.At("pipelines", Pipelines[0], "sample");
        foreach (var file in Directory.EnumerateFiles(samples, "*.csv").ToArray())
        {
            File.Delete(file);
        }

        Files = retail ? new RetailFiles(samples, random) : new CovidFiles(samples, random);
        LakeFolder = _folder.At(".orchestrator", "lake");
        _worker = Worker(LakeFolder);
    }

    /// <summary>The pipelines, each after what it reads.</summary>
    public IReadOnlyList<string> Pipelines { get; }

    public SourceFiles Files { get; }

    public string LakeFolder { get; }

    public LakeRoot Lake => new(LakeFolder);

    /// <summary>Runs that failed, and why: those whose file cannot be read, and those that a cancelled backfill took with it.</summary>
    public ConcurrentBag<(string Pipeline, string Partition, string Reason)> Failures { get; } = [];

    public static async Task<RerunWorld> StartAsync(bool retail, Random random) => new(await OrchestrationServer.StartAsync(new HurriedTime(Hurry)), retail, random);

    public PipelineSpec Spec(string pipeline) => PipelineLoader.Load(_folder.At("pipelines", pipeline));

    /// <summary>Runs what needs a run, so many at once.</summary>
    public async Task RunAsync(string pipeline, int parallel)
    {
        var (states, _) = await new PartitionPlanner(Spec(pipeline), Lake).StatesAsync(CancellationToken.None);
        await Parallel.ForEachAsync(
            states.Where(s => s.ReasonToRun is not null).Select(s => s.Partition.Value),
            new ParallelOptions { MaxDegreeOfParallelism = parallel },
            async (partition, _) => await RunOneAsync(pipeline, partition, force: false));
    }

    /// <summary>Runs one partition, or waits for the run of it that is under way.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="force">Whether it runs though nothing has changed.</param>
    /// <param name="others">Partitions that it leaves to others to make again.</param>
    public async Task RunOneAsync(string pipeline, string partition, bool force, params string[] others)
    {
        var request = new RunRequest(pipeline, partition, force) { MadeElsewhere = others.Length > 0 ? others : null };
        try
        {
            var handle = await _server.Client.StartWorkflowAsync("PipelineRun", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue) { IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting });
            await handle.GetResultAsync<RunResult>();
        }
        catch (WorkflowFailedException e)
        {
            Failures.Add((pipeline, partition, e.InnerException?.InnerException?.Message ?? e.InnerException?.Message ?? e.Message));
        }
    }

    /// <summary>Runs a backfill to its end; cancels it after a while when that is given.</summary>
    public async Task BackfillAsync(BackfillRequest request, int? cancelAfterMs)
    {
        request = request with { Name = $"b{Interlocked.Increment(ref _backfills)}", Approved = true };
        var handle = await _server.Client.StartWorkflowAsync("Backfill", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue));
        if (cancelAfterMs is { } ms)
        {
            await Task.Delay(ms);
            try
            {
                await handle.CancelAsync();
            }
            catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
            {
                // It had ended already.
                return;
            }
        }

        try
        {
            await handle.GetResultAsync<BackfillProgress>();
        }
        catch (WorkflowFailedException) when (cancelAfterMs is not null)
        {
            // As asked; a step whose worker died while it was being cancelled is not tried again, and ends it as well.
            return;
        }
    }

    /// <summary>Does something while the worker dies at the so many-th place that its activities pass, if it gets so far; then another one goes on. Gives the place.</summary>
    public async Task<string?> DyingAsync(int places, Func<Task> work)
    {
        _worker!.DieAfter(places);
        var doing = work();
        var first = await Task.WhenAny(doing, _worker.Died).WaitAsync(Patience);
        string? place = null;
        if (first == _worker.Died)
        {
            place = await _worker.Died;
            await StopAsync();
            _worker = Worker(LakeFolder);
        }

        _worker.Live();
        if (place is null && _worker.Died.IsCompleted)
        {
            // What a cancelled backfill left behind met its death when all else was done.
            await StopAsync();
            _worker = Worker(LakeFolder);
        }

        await doing.WaitAsync(Patience);
        return place;
    }

    /// <summary>Does something while a worker process is killed at a place, if it gets there; then another one goes on. Gives the place.</summary>
    public async Task<string?> KilledAsync(string place, Func<Task> work)
    {
        await StopAsync();
        await using var process = OrchestratorProcess.Start(
            _folder.Root, ["worker"], new Dictionary<string, string> { ["ORCHESTRATOR_FAILPOINT"] = $"{place}=kill", ["TEMPORAL_ADDRESS"] = _server.Client.Connection.Options.TargetHost! });
        await process.WaitForAsync("Ctrl+C stops");
        var doing = work();
        while (!doing.IsCompleted && !process.HasExited)
        {
            await Task.Delay(20);
        }

        var killed = process.HasExited;
        if (!killed)
        {
            await process.KillAsync();
        }

        _worker = Worker(LakeFolder);
        await doing.WaitAsync(Patience);
        return killed ? place : null;
    }

    /// <summary>What has a state in the history of the shop's products now: product and day.</summary>
    public async Task<IReadOnlySet<string>> StatesAsync() => await Lake.VersionAsync("silver.orders", CancellationToken.None) is null
        ? new HashSet<string>()
        : (await Lake.QueryAsync("SELECT DISTINCT stock_code || '|' || order_date FROM silver.orders WHERE kind = 'sale' AND description IS NOT NULL", CancellationToken.None)).Rows.Select(r => (string)r[0]!).ToHashSet(StringComparer.Ordinal);

    /// <summary>A lake that nothing has happened to: each pipeline run once over the files as they are.</summary>
    public async Task<LakeRoot> StraightAsync()
    {
        await StopAsync();
        var lake = _folder.At("straight");
        await using var worker = Worker(lake);
        foreach (var pipeline in Pipelines)
        {
            var (states, _) = await new PartitionPlanner(Spec(pipeline), new LakeRoot(lake)).StatesAsync(CancellationToken.None);
            foreach (var state in states)
            {
                await RunOneAsync(pipeline, state.Partition.Value, force: false).WaitAsync(Patience);
            }
        }

        return new LakeRoot(lake);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StopAsync()
    {
        if (_worker is { } worker)
        {
            _worker = null;
            await worker.DisposeAsync();
        }
    }

    private MortalWorker Worker(string lake) => new(
        _server.Client, new WorkerSettings { TaskQueue = OrchestrationServer.Queue, PipelinesFolder = _folder.At("pipelines"), Lake = lake, TraceWorkflowCalls = true });
}
