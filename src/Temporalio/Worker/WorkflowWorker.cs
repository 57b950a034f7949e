using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker.Tasks;
using Temporalio.Worker.Tuning;

namespace Temporalio.Worker;

/// <summary>Polls workflow tasks, runs them and reports their commands.</summary>
internal sealed class WorkflowWorker : IEagerStartWorker
{
    private readonly IWorkflowServicePort _service;
    private readonly WorkflowWorkerOptions _options;
    private readonly WorkflowTaskProcessor _processor;
    private readonly SlotPool _slots;
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly ILogger _logger;

    /// <summary>Creates a worker that does nothing until <see cref="ExecuteAsync"/>.</summary>
    public WorkflowWorker(IWorkflowServicePort service, WorkflowWorkerOptions options)
    {
        _service = service;
        _options = options;
        _logger = options.LoggerFactory.CreateLogger("Temporalio.Worker");
        _slots = SlotPool.Create(options.Slots, new(SlotType.Workflow, options.TaskQueue, options.Identity, options.BuildId, false), _logger);
        StickyQueue = options.MaxCachedWorkflows > 0 ? $"{options.Identity}-{Guid.NewGuid():N}" : null;
        _processor = new(service, options, StickyQueue);
    }

    /// <summary>Name of this worker's own queue, needed by the shutdown call; null without a cache.</summary>
    public string? StickyQueue { get; }

    /// <summary>Runs held in memory.</summary>
    public int CachedRuns => _processor.Cache.Count;

    /// <summary>
    /// Polls until <paramref name="stopPolling"/> fires, then finishes the tasks at hand and drops the cache. Completes normally on a
    /// stop; throws what a poll threw when the service refuses it for good.
    /// </summary>
    public async Task ExecuteAsync(CancellationToken stopPolling)
    {
        var normal = StickyQueue is null
            ? _options.MaxConcurrentPolls
            : Math.Clamp((int)MathF.Round(_options.MaxConcurrentPolls * _options.NonStickyToStickyPollRatio), 1, Math.Max(1, _options.MaxConcurrentPolls - 1));
        var sticky = StickyQueue is null ? 0 : Math.Max(1, _options.MaxConcurrentPolls - normal);
        var polls = new List<Task>();
        for (var i = 0; i < normal + sticky; i++)
        {
            polls.Add(PollAsync(i >= normal, stopPolling));
        }

        try
        {
            await Task.WhenAll(polls).ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _processor.Cache.Clear();
        }
    }

    /// <inheritdoc/>
    public Api.Deployment.V1.WorkerDeploymentOptions? DeploymentOptions => _options.DeploymentOptions?.ToProto();

    /// <inheritdoc/>
    public SlotPermit? TryReserveStart() => _slots.TryReserve();

    /// <inheritdoc/>
    public void ReleaseStart(SlotPermit permit) => _slots.Release(null, permit);

    /// <inheritdoc/>
    public void RunStart(PollWorkflowTaskQueueResponse task, SlotPermit permit) => Run(task, permit, sticky: false);

    private async Task PollAsync(bool sticky, CancellationToken stop)
    {
        var request = CreatePoll(sticky);
        var backoff = default(PollBackoff);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var task = await _service.PollWorkflowTaskAsync(request, stop).ConfigureAwait(false);
                backoff.Reset();
                if (!task.TaskToken.IsEmpty)
                {
                    // A task in hand waits for a free slot; the poller does not ask for another meanwhile.
                    Run(task, await _slots.ReserveAsync(CancellationToken.None).ConfigureAwait(false), sticky);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException e)
            {
                var delay = backoff.Next(e.Code);
                if (delay > TimeSpan.Zero && !stop.IsCancellationRequested)
                {
                    WorkerLog.PollFailed(_logger, e, "workflow", e.Code, delay.TotalMilliseconds);
                }

                await Task.Delay(delay, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Run(PollWorkflowTaskQueueResponse task, SlotPermit permit, bool sticky)
    {
        var started = new TaskCompletionSource();
        var work = WorkAsync(started.Task);
        _running[work] = true;

        // The task is listed before it runs, so that a shutdown at this moment sees it.
        _ = work.ContinueWith(
            static (done, state) => ((ConcurrentDictionary<Task, bool>)state!).TryRemove(done, out _),
            _running, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        started.SetResult();

        async Task WorkAsync(Task listed)
        {
            await listed.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var info = new SlotInfo.WorkflowSlotInfo(task.WorkflowType?.Name ?? string.Empty, sticky);
            _slots.MarkUsed(info, permit);
            try
            {
                await _processor.ProcessAsync(task, CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                _slots.Release(info, permit);
            }
        }
    }

    private PollWorkflowTaskQueueRequest CreatePoll(bool sticky) => new()
    {
        Namespace = _options.Namespace,
        TaskQueue = sticky
            ? new() { Name = StickyQueue, Kind = TaskQueueKind.Sticky, NormalName = _options.TaskQueue }
            : new() { Name = _options.TaskQueue, Kind = TaskQueueKind.Normal },
        Identity = _options.Identity,
        WorkerInstanceKey = _options.WorkerInstanceKey,
        DeploymentOptions = _options.DeploymentOptions?.ToProto(),
#pragma warning disable CS0612 // Sets of build ids are older than deployments.
        WorkerVersionCapabilities = _options.VersionCapabilities,
#pragma warning restore CS0612
    };
}
