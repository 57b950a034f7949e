using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Temporalio.Activities;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;
using Temporalio.Worker.Telemetry;
using Temporalio.Worker.Tuning;

namespace Temporalio.Worker;

/// <summary>Polls activity tasks, runs them and reports their outcome.</summary>
internal sealed class ActivityWorker : IDisposable
{
    private readonly IActivityServicePort _service;
    private readonly ActivityWorkerOptions _options;
    private readonly ActivityRunner _runner;
    private readonly SlotPool _slots;
    private readonly ILogger _logger;
    private readonly WorkerTelemetry _telemetry;
    private readonly CancellationTokenSource _shutdown = new();
    private readonly ConcurrentDictionary<ActivityAttempt, Task> _running = new();
    private readonly ConcurrentBag<SlotPermit> _eager = [];
    private readonly RateLimit? _rate;

    /// <summary>Creates a worker that does nothing until <see cref="ExecuteAsync"/>.</summary>
    public ActivityWorker(IActivityServicePort service, ActivityWorkerOptions options)
    {
        _service = service;
        _options = options;
        _logger = options.LoggerFactory.CreateLogger("Temporalio.Worker");
        _telemetry = options.Telemetry;
        _slots = SlotPool.Create(options.Slots, Wish(SlotType.Activity), _logger, _telemetry.ActivitySlots);
        _runner = new(options, _shutdown.Token);
        _rate = options.MaxActivitiesPerSecond is { } rate ? new(rate, options.TimeProvider) : null;
        LocalActivities = new(_runner, SlotPool.Create(options.LocalSlots, Wish(SlotType.LocalActivity), _logger, _telemetry.LocalActivitySlots), options);
    }

    /// <summary>Runs local activities with the same definitions.</summary>
    public LocalActivityExecutor LocalActivities { get; }

    /// <summary>
    /// Polls until <paramref name="stopPolling"/> fires, then lets the activities at hand go on for the grace period, cancels those
    /// left, and completes when all have ended and were reported.
    /// </summary>
    public async Task ExecuteAsync(CancellationToken stopPolling)
    {
        if (_options.Polls is { } polls)
        {
            await new PollerScale(polls, scale => PollAsync(scale, stopPolling), stopPolling).RunAsync().ConfigureAwait(false);
        }

        if (!stopPolling.IsCancellationRequested)
        {
            // No pollers at all: local activities only.
            await Task.Delay(Timeout.Infinite, stopPolling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await DrainAsync().ConfigureAwait(false);
    }

    /// <summary>Takes a slot for an activity that may come back with a workflow task's completion; false when none is free.</summary>
    public bool TryReserveEager()
    {
        // A rate limit cannot hold back what the server has handed out already.
        if (_rate is not null || _shutdown.IsCancellationRequested || _slots.TryReserve() is not { } permit)
        {
            return false;
        }

        _eager.Add(permit);
        return true;
    }

    /// <summary>Gives back a slot taken by <see cref="TryReserveEager"/> that no activity came for.</summary>
    public void ReleaseEager()
    {
        if (_eager.TryTake(out var permit))
        {
            _slots.Release(null, permit);
        }
    }

    /// <summary>Runs an activity that came back with a workflow task's completion, in a slot taken before.</summary>
    public bool OfferEager(PollActivityTaskQueueResponse task)
    {
        if (!_eager.TryTake(out var permit))
        {
            return false;
        }

        Run(task, permit, eager: true);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _shutdown.Dispose();

    private SlotReserveContext Wish(SlotType type) => new(type, _options.TaskQueue, _options.Identity, _options.BuildId, false);

    private async Task PollAsync(PollerScale scale, CancellationToken stop)
    {
        _telemetry.ActivityPolls.IsAutoscaling = _options.Polls is PollerBehavior.Autoscaling;
        var request = CreatePoll();
        var backoff = default(PollBackoff);
        while (!stop.IsCancellationRequested && !scale.TryLeave())
        {
            SlotPermit? permit = null;
            try
            {
                permit = await _slots.ReserveAsync(stop).ConfigureAwait(false);
                if (_rate is not null)
                {
                    await _rate.WaitAsync(stop).ConfigureAwait(false);
                }

                var task = await PollOnceAsync(request, stop).ConfigureAwait(false);
                backoff.Reset();
                var found = !task.TaskToken.IsEmpty;
                scale.Succeeded(task.PollerScalingDecision, found);
                if (found)
                {
                    _telemetry.ActivityPolls.Succeed(DateTime.UtcNow);
                    Run(task, permit, eager: false);
                    permit = null;
                }
                else
                {
                    _telemetry.ActivityPollEmpty();
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
                if (delay > TimeSpan.Zero)
                {
                    WorkerLog.PollFailed(_logger, e, "activity", e.Code, delay.TotalMilliseconds);
                }

                await Task.Delay(delay, _options.TimeProvider, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                if (permit is not null)
                {
                    _slots.Release(null, permit);
                }
            }
        }
    }

    private async Task<PollActivityTaskQueueResponse> PollOnceAsync(PollActivityTaskQueueRequest request, CancellationToken stop)
    {
        _telemetry.ActivityPolls.Enter();
        try
        {
            return await _service.PollActivityTaskAsync(request, stop).ConfigureAwait(false);
        }
        finally
        {
            _telemetry.ActivityPolls.Leave();
        }
    }

    private PollActivityTaskQueueRequest CreatePoll()
    {
        var request = new PollActivityTaskQueueRequest
        {
            Namespace = _options.Namespace,
            TaskQueue = new() { Name = _options.TaskQueue, Kind = Api.Enums.V1.TaskQueueKind.Normal },
            Identity = _options.Identity,
            WorkerInstanceKey = _options.WorkerInstanceKey,
            DeploymentOptions = _options.DeploymentOptions?.ToProto(),
#pragma warning disable CS0612 // Sets of build ids are older than deployments.
            WorkerVersionCapabilities = _options.VersionCapabilities,
#pragma warning restore CS0612
        };
        if (_options.MaxTaskQueueActivitiesPerSecond is { } rate)
        {
            request.TaskQueueMetadata = new() { MaxTasksPerSecond = rate };
        }

        return request;
    }

    private void Run(PollActivityTaskQueueResponse task, SlotPermit permit, bool eager)
    {
        _telemetry.ActivityStarted(task.CurrentAttemptScheduledTime, task.StartedTime);
        _telemetry.Activity(task.ActivityType.Name, task.WorkflowType?.Name ?? string.Empty).Received(eager);
        var attempt = new ActivityAttempt(task, _service, _options, _runner);
        var info = new SlotInfo.ActivitySlotInfo(task.ActivityType.Name);
        _slots.MarkUsed(info, permit);
        var started = new TaskCompletionSource();
        _running[attempt] = RunAsync(started.Task);

        // The attempt is listed before it runs, so that a shutdown at this moment sees it.
        started.SetResult();

        async Task RunAsync(Task listed)
        {
            await listed.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            try
            {
                await attempt.ExecuteAsync().ConfigureAwait(false);
            }
            finally
            {
                _running.TryRemove(attempt, out _);
                attempt.Dispose();
                _slots.Release(info, permit);
            }
        }
    }

    private async Task DrainAsync()
    {
        await _shutdown.CancelAsync().ConfigureAwait(false);
        while (_eager.TryTake(out var permit))
        {
            _slots.Release(null, permit);
        }

        using var done = new CancellationTokenSource();
        var grace = Task.Delay(_options.GracefulShutdownTimeout, _options.TimeProvider, done.Token);
        await Task.WhenAny(grace, Task.WhenAll(_running.Values)).ConfigureAwait(false);
        await done.CancelAsync().ConfigureAwait(false);
        while (!_running.IsEmpty)
        {
            foreach (var attempt in _running.Keys)
            {
                attempt.Cancel(ActivityCancelReason.WorkerShutdown);
            }

            await Task.WhenAll(_running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
