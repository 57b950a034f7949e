using Temporalio.Api.Deployment.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Worker.Tuning;

namespace Temporalio.Client;

/// <summary>A place in a worker for one workflow task; given back on disposal when nothing ran in it.</summary>
internal sealed class EagerStartPlace(IEagerStartWorker worker, SlotPermit permit) : IDisposable
{
    private bool _used;

    internal WorkerDeploymentOptions? DeploymentOptions => worker.DeploymentOptions;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_used)
        {
            _used = true;
            worker.ReleaseStart(permit);
        }
    }

    /// <summary>Runs the task.</summary>
    internal void Run(PollWorkflowTaskQueueResponse task)
    {
        _used = true;
        worker.RunStart(task, permit);
    }
}
