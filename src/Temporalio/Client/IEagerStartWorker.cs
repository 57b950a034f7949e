using Temporalio.Api.Deployment.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Worker.Tuning;

namespace Temporalio.Client;

/// <summary>A worker that takes workflow tasks that it did not poll.</summary>
internal interface IEagerStartWorker
{
    /// <summary>Its deployment; null for none.</summary>
    WorkerDeploymentOptions? DeploymentOptions { get; }

    /// <summary>Takes a place if one is free; null when none is.</summary>
    SlotPermit? TryReserveStart();

    /// <summary>Gives an unused place back.</summary>
    void ReleaseStart(SlotPermit permit);

    /// <summary>Runs a task in a place that was taken.</summary>
    void RunStart(PollWorkflowTaskQueueResponse task, SlotPermit permit);
}
