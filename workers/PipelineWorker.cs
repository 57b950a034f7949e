using Microsoft.Extensions.Logging;
using Lakehouse.DuckDb;
using Orchestrator.Activities;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Worker;

namespace Orchestrator.Workers;

/// <summary>The composition root: every workflow and activity of the product on one task queue.</summary>
public static class PipelineWorker
{
    /// <summary>Makes a worker; the caller runs and disposes it.</summary>
    /// <param name="client">Connection to the Temporal service, with the product's payload format.</param>
    /// <param name="settings">Where pipelines and lake lie.</param>
    /// <param name="logs">Where the worker and its activities log.</param>
    public static TemporalWorker Create(ITemporalClient client, WorkerSettings settings, ILoggerFactory logs)
    {
        var activities = new PipelineActivities(new PipelineFolder(settings.PipelinesFolder), new LakeRoot(settings.Lake), new DuckDbPool());
        return new TemporalWorker(
            client,
            new TemporalWorkerOptions(settings.TaskQueue)
            {
                LoggerFactory = logs,
                MaxConcurrentActivities = settings.MaxConcurrentActivities,
            }
            .AddWorkflow<PipelineRunWorkflow>()
            .AddAllActivities(activities));
    }
}
