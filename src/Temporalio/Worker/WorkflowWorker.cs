using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker.Tasks;
using Temporalio.Worker.Telemetry;
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
    private readonly WorkerTelemetry _telemetry;

    /// <summary>Creates a worker that does nothing until <see cref="ExecuteAsync"/>.</summary>
    public WorkflowWorker(IWorkflowServicePort service, WorkflowWorkerOptions options)
    {
        _service = service;
        _options = options;
        _logger = options.LoggerFactory.CreateLogger("Temporalio.Worker");
        _telemetry = options.Telemetry;
        _slots = SlotPool.Create(
            options.Slots, new(SlotType.Workflow, options.TaskQueue, options.Identity, options.BuildId, false), _logger, _telemetry.WorkflowSlots);
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
        var polls = Scales(stopPolling).Select(scale => scale.RunAsync()).ToList();
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

    /// <summary>A fixed number is shared out among the two queues, an automatic one is kept for each.</summary>
    private IEnumerable<PollerScale> Scales(CancellationToken stop)
    {
        var (shared, own) = (_options.Polls, _options.Polls);
        if (StickyQueue is not null && _options.Polls is PollerBehavior.SimpleMaximum { Maximum: var maximum })
        {
            var part = Math.Clamp((int)MathF.Round(maximum * _options.NonStickyToStickyPollRatio), 1, Math.Max(1, maximum - 1));
            shared = new PollerBehavior.SimpleMaximum(part);
            own = new PollerBehavior.SimpleMaximum(Math.Max(1, maximum - part));
        }

        yield return new(shared, scale => PollAsync(sticky: false, scale, stop), stop);
        if (StickyQueue is not null)
        {
            yield return new(own, scale => PollAsync(sticky: true, scale, stop), stop);
        }
    }

    private async Task PollAsync(bool sticky, PollerScale scale, CancellationToken stop)
    {
        var count = sticky ? _telemetry.StickyPolls : _telemetry.WorkflowPolls;
        count.IsAutoscaling = _options.Polls is PollerBehavior.Autoscaling;
        var request = CreatePoll(sticky);
        var backoff = default(PollBackoff);
        while (!stop.IsCancellationRequested && !scale.TryLeave())
        {
            try
            {
                var task = await PollOnceAsync(request, count, stop).ConfigureAwait(false);
                backoff.Reset();
                var found = !task.TaskToken.IsEmpty;
                scale.Succeeded(task.PollerScalingDecision, found);
                _telemetry.WorkflowPolled(sticky, task.ScheduledTime, task.StartedTime, found, DateTime.UtcNow);
                if (found)
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
                scale.Failed(e.Code);
                var delay = backoff.Next(e.Code);
                if (delay > TimeSpan.Zero && !stop.IsCancellationRequested)
                {
                    WorkerLog.PollFailed(_logger, e, "workflow", e.Code, delay.TotalMilliseconds);
                }

                await Task.Delay(delay, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<PollWorkflowTaskQueueResponse> PollOnceAsync(PollWorkflowTaskQueueRequest request, PollerCount count, CancellationToken stop)
    {
        count.Enter();
        try
        {
            return await _service.PollWorkflowTaskAsync(request, stop).ConfigureAwait(false);
        }
        finally
        {
            count.Leave();
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
