using Lakehouse.DuckDb;
using Lakehouse.Quality;
using Microsoft.Extensions.Logging;
using Orchestrator.Activities;
using Orchestrator.Activities.Maintenance;
using Orchestrator.Activities.Recording;
using Orchestrator.Activities.Redriving;
using Orchestrator.Activities.RollingBack;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Worker;

namespace Orchestrator.Workers;

/// <summary>The composition root: every workflow and activity of the product on one task queue, and the engines they share.</summary>
public sealed class PipelineWorker : IDisposable
{
    /// <summary>How long a worker that stops may take to tell the catalog what is left; what is not told waits in the lake.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(20);

    private readonly DuckDbPool _engines = new();
    private readonly TemporalWorker _worker;
    private readonly LakeRoot _lake;
    private readonly WorkerSettings _settings;
    private readonly ILogger _log;

    /// <summary>Makes a worker.</summary>
    /// <param name="client">Connection to the Temporal service, with the product's payload format.</param>
    /// <param name="settings">Where pipelines and lake lie.</param>
    /// <param name="logs">Where the worker and its activities log.</param>
    /// <param name="checks">Checks written in C#, by the name that contracts use for them (docs/guides/checks.md). Default: none.</param>
    public PipelineWorker(ITemporalClient client, WorkerSettings settings, ILoggerFactory logs, IReadOnlyDictionary<string, ICustomCheck>? checks = null)
    {
        if (settings.MemoryBytes is { } bytes)
        {
            ProcessMemory.Limit(bytes);
        }

        // Steps block a thread of the pool while the engine works: as many may stand still at once as run, and the pool would find out only by half a second for each.
        ThreadPool.GetMinThreads(out var threads, out var ports);
        ThreadPool.SetMinThreads(Math.Max(threads, settings.MaxConcurrentActivities), ports);
        var (pipelines, lake) = (new PipelineFolder(settings.PipelinesFolder, settings.Environment), new LakeRoot(settings.Lake));
        (_lake, _settings, _log) = (lake, settings, logs.CreateLogger<PipelineWorker>());
        _worker = new TemporalWorker(
            client,
            new TemporalWorkerOptions(settings.TaskQueue)
            {
                LoggerFactory = logs,
                DisableWorkflowTracingEventListener = !settings.TraceWorkflowCalls,
                MaxConcurrentActivities = settings.MaxConcurrentActivities,
            }
            .AddWorkflow<PipelineRunWorkflow>()
            .AddWorkflow<BackfillWorkflow>()
            .AddWorkflow<MaintainWorkflow>()
            .AddWorkflow<PartitionWindowWorkflow>()
            .AddWorkflow<RedriveWorkflow>()
            .AddWorkflow<RollbackWorkflow>()
            .AddWorkflow<SemaphoreWorkflow>()
            .AddWorkflow<BreakerWorkflow>()
            .AddWorkflow<PipelineTickWorkflow>()
            .AddWorkflow<TriggerWorkflow>()
            .AddAllActivities(new PipelineActivities(pipelines, lake, _engines, checks, settings.Prices, settings.CheckpointEvery))
            .AddAllActivities(new FlowActivities(pipelines))
            .AddAllActivities(new BackfillActivities(pipelines, lake))
            .AddAllActivities(new WindowActivities(pipelines, lake))
            .AddAllActivities(new MaintenanceActivities(pipelines, lake, _engines))
            .AddAllActivities(new RedriveActivities(pipelines, lake))
            .AddAllActivities(new RollbackActivities(pipelines, lake))
            .AddAllActivities(new TriggerActivities(pipelines, lake)));
    }

    /// <summary>Works until it is stopped.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Task ExecuteAsync(CancellationToken stoppingToken) => WithCatalogAsync(() => _worker.ExecuteAsync(stoppingToken));

    /// <summary>Works while something else goes on.</summary>
    public Task ExecuteAsync(Func<Task> untilComplete, CancellationToken stoppingToken) => WithCatalogAsync(() => _worker.ExecuteAsync(untilComplete, stoppingToken));

    /// <summary>Why the catalog was behind when it was last told something; null when it was not, and without a catalog.</summary>
    public string? CatalogProblem { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _worker.Dispose();
        _engines.Dispose();
    }

    private async Task WithCatalogAsync(Func<Task> work)
    {
        if (_settings.Catalog is not { } catalog)
        {
            await work();
            return;
        }

        await using var follower = new CatalogFollower(_lake, catalog);
        var pump = new CatalogPump(follower, _lake, _log);
        using var stop = new CancellationTokenSource();
        var pumping = Task.Run(() => pump.RunAsync(LastWords, stop.Token), CancellationToken.None);
        try
        {
            await work();
        }
        finally
        {
            await stop.CancelAsync();
            await pumping;
            CatalogProblem = pump.Problem;
        }
    }
}
