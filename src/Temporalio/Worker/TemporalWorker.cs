using Microsoft.Extensions.Logging;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Runtime;
using Temporalio.Worker.Interceptors;
using Temporalio.Worker.Telemetry;
using Temporalio.Worker.Tuning;

namespace Temporalio.Worker;

/// <summary>Runs the workflows and activities of one task queue. Runs once; make a new one to run again.</summary>
public class TemporalWorker : IDisposable
{
    private const int DefaultSlots = 100;
    private const int ShutdownRounds = 20;
    private static readonly TimeSpan ShutdownRound = TimeSpan.FromMilliseconds(100);
    private readonly WorkerServicePort _port;
    private readonly ActivityWorker? _activityWorker;
    private readonly WorkflowWorker? _workflowWorker;
    private readonly ILogger _logger;
    private readonly string _identity;
    private readonly PayloadSizeLimits _limits;
    private readonly ITemporalWorkerPlugin[] _plugins;
    private readonly WorkerTelemetry _telemetry;
    private readonly WorkerHeartbeats? _heartbeats;
    private readonly string _instanceKey = Guid.NewGuid().ToString();
    private IWorkerClient _client;
    private int _started;
    private bool _takesHeartbeats;

    /// <summary>Creates a worker that does nothing until one of its execute methods.</summary>
    /// <param name="client">Client whose connection, namespace and converter the worker uses; must be connected.</param>
    /// <param name="options">Options; copied.</param>
    /// <exception cref="ArgumentException">The options cannot be used; the message names everything that is wrong.</exception>
    /// <exception cref="InvalidOperationException">The client is lazy and not connected.</exception>
    public TemporalWorker(IWorkerClient client, TemporalWorkerOptions options)
    {
        _client = client;
        Options = (TemporalWorkerOptions)options.Clone();
        _plugins = [.. (client.Options.Plugins ?? []).OfType<ITemporalWorkerPlugin>(), .. Options.Plugins ?? []];
        foreach (var plugin in _plugins)
        {
            plugin.ConfigureWorker(Options);
        }

        WorkerOptionsCheck.Check(Options);
        _port = new(ConnectionOf(client));
        _identity = Options.Identity ?? _port.Connection.Options.Identity ?? string.Empty;
        var runtime = _port.Connection.Options.Runtime ?? TemporalRuntime.Default;
        var loggers = Options.LoggerFactory ?? client.Options.LoggerFactory;
        loggers = runtime.ForwardedLog?.Beside(loggers) ?? loggers;
        _logger = loggers.CreateLogger("Temporalio.Worker");
        _limits = new(client.Options.Namespace, _port.Connection.Options.PayloadLimits, !Options.DisablePayloadErrorLimit, _logger);
        var tuner = Options.Tuner ?? WorkerTuner.CreateFixedSize(
            Options.MaxConcurrentWorkflowTasks ?? DefaultSlots, Options.MaxConcurrentActivities ?? DefaultSlots,
            Options.MaxConcurrentLocalActivities ?? DefaultSlots);
        IWorkerInterceptor[] interceptors = [.. (client.Options.Interceptors ?? []).OfType<IWorkerInterceptor>(), .. Options.Interceptors ?? []];
        var meter = runtime.MetricMeter;
        _telemetry = new(runtime.Metrics, client.Options.Namespace, Options.TaskQueue!);
        _heartbeats = runtime.WorkerHeartbeatInterval is { } interval ? CreateHeartbeats(runtime, interval) : null;
        _activityWorker = Options.Activities.Count > 0 ? new(_port, CreateActivityOptions(loggers, tuner, interceptors, meter)) : null;
        _workflowWorker = Options.Workflows.Count > 0 ? new(_port, CreateWorkflowOptions(loggers, tuner, interceptors, meter)) : null;
    }

    /// <summary>Options of the worker; not to be changed.</summary>
    public TemporalWorkerOptions Options { get; }

    /// <summary>The client whose connection is used; may be exchanged for another of the same namespace while the worker runs.</summary>
    /// <exception cref="InvalidOperationException">The new client is lazy and not connected.</exception>
    public IWorkerClient Client
    {
        get => _client;
        set
        {
            _port.Connection = ConnectionOf(value);
            _client = value;
        }
    }

    /// <summary>Works until the token fires, then shuts down gracefully.</summary>
    /// <param name="stoppingToken">Stops the worker.</param>
    /// <returns>Never without an exception.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public Task ExecuteAsync(CancellationToken stoppingToken) =>
        RunAsync<ValueTuple>(null, stoppingToken);

    /// <summary>Works until a delegate ends, then shuts down gracefully.</summary>
    /// <param name="untilComplete">The delegate.</param>
    /// <param name="stoppingToken">Stops the worker earlier.</param>
    /// <returns>When shut down.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public Task ExecuteAsync(Func<Task> untilComplete, CancellationToken stoppingToken = default) =>
        ExecuteAsync<ValueTuple>(
            async () =>
            {
                await untilComplete().ConfigureAwait(false);
                return default;
            },
            stoppingToken);

    /// <summary>Works until a delegate ends, then shuts down gracefully.</summary>
    /// <typeparam name="TResult">Type of the delegate's result.</typeparam>
    /// <param name="untilComplete">The delegate.</param>
    /// <param name="stoppingToken">Stops the worker earlier.</param>
    /// <returns>The delegate's result.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public Task<TResult> ExecuteAsync<TResult>(Func<Task<TResult>> untilComplete, CancellationToken stoppingToken = default) =>
        RunAsync(untilComplete ?? throw new ArgumentNullException(nameof(untilComplete)), stoppingToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the worker holds. Call it when the worker has stopped.</summary>
    /// <param name="disposing">True from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _activityWorker?.Dispose();
        }
    }

    private static ITemporalConnection ConnectionOf(IWorkerClient client)
    {
        var connection = client.BridgeClientProvider as ITemporalConnection
            ?? throw new ArgumentException($"Client '{client.GetType()}' has no connection that a worker can use.", nameof(client));
        return connection.IsConnected
            ? connection
            : throw new InvalidOperationException("The client of a worker must be connected. Help: call ConnectAsync on its connection first.");
    }

    private Task<TResult> RunAsync<TResult>(Func<Task<TResult>>? untilComplete, CancellationToken stoppingToken)
    {
        Func<TemporalWorker, CancellationToken, Task<TResult>> run = (worker, stop) => worker.RunPartsAsync(untilComplete, stop);
        return _plugins.Reverse().Aggregate(run, static (next, plugin) => (worker, stop) => plugin.RunWorkerAsync(worker, next, stop))(this, stoppingToken);
    }

    private async Task<TResult> RunPartsAsync<TResult>(Func<Task<TResult>>? untilComplete, CancellationToken stoppingToken)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("The worker was started before. Help: create a new worker to run again.");
        }

        var service = _client.Options.Namespace;
        WorkerLog.Starting(_logger, Options.TaskQueue!, service);
        await ValidateAsync(stoppingToken).ConfigureAwait(false);
        _telemetry.Start();
        using var stopPolling = new CancellationTokenSource();
        var heartbeats = _takesHeartbeats ? _heartbeats!.RunAsync(stopPolling.Token) : Task.CompletedTask;
        var parts = new List<Task>();
        if (_activityWorker is not null)
        {
            parts.Add(_activityWorker.ExecuteAsync(stopPolling.Token));
        }

        if (_workflowWorker is not null)
        {
            parts.Add(_workflowWorker.ExecuteAsync(stopPolling.Token));
        }

        var starts = _workflowWorker is null ? null : (_port.Connection as TemporalConnection)?.EagerStarts.Offer(service, Options.TaskQueue!, _workflowWorker);
        using var stopped = new CancellationTokenTaskSource(stoppingToken);
        var user = untilComplete is null ? null : InvokeAsync(untilComplete);
        await Task.WhenAny([stopped.Task, .. parts, .. user is null ? Array.Empty<Task>() : [user]]).ConfigureAwait(false);
        starts?.Dispose();
        await stopPolling.CancelAsync().ConfigureAwait(false);
        await heartbeats.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll([EndPollsAsync(), .. parts]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        WorkerLog.Stopped(_logger, Options.TaskQueue!, service);
        return await OutcomeAsync(parts, user, stoppingToken).ConfigureAwait(false);
    }

    // A delegate that throws before its first await fails like one that throws after it.
    private static async Task<TResult> InvokeAsync<TResult>(Func<Task<TResult>> untilComplete) => await untilComplete().ConfigureAwait(false);

    private static async Task<TResult> OutcomeAsync<TResult>(List<Task> parts, Task<TResult>? user, CancellationToken stoppingToken)
    {
        var errors = parts.Where(p => p.IsFaulted).SelectMany(p => p.Exception!.InnerExceptions).ToList();
        if (user is { IsFaulted: true })
        {
            errors.AddRange(user.Exception!.InnerExceptions);
        }

        if (errors.Count > 1)
        {
            throw new AggregateException("Several parts of the worker failed.", errors);
        }

        if (errors.Count == 1)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(errors[0]);
        }

        if (user is { IsCompleted: true })
        {
            return await user.ConfigureAwait(false);
        }

        stoppingToken.ThrowIfCancellationRequested();
        throw new InvalidOperationException("The worker stopped although nobody asked it to.");
    }

    private WorkerHeartbeats CreateHeartbeats(TemporalRuntime runtime, TimeSpan interval)
    {
        var worker = new Api.Worker.V1.WorkerHeartbeat
        {
            WorkerInstanceKey = _instanceKey,
            WorkerIdentity = _identity,
            TaskQueue = Options.TaskQueue,
            DeploymentVersion = Options.DeploymentOptions?.Version is { } version
                ? new() { DeploymentName = version.DeploymentName, BuildId = version.BuildId }
                : null,
            SdkName = SdkIdentity.Name,
            SdkVersion = SdkIdentity.Version,
            Plugins = { _plugins.Select(p => p.Name).Distinct().Select(name => new Api.Worker.V1.PluginInfo { Name = name }) },
        };
        var environment = runtime.DisableEnvironmentInfo ? null : HostEnvironment.Value;
        return new(() => _port.Connection, _client.Options.Namespace, new(_telemetry, worker, environment, TimeProvider.System), interval, _logger);
    }

    private ActivityWorkerOptions CreateActivityOptions(
        ILoggerFactory loggers, WorkerTuner tuner, IWorkerInterceptor[] interceptors, Common.MetricMeter meter) => new()
    {
        Namespace = _client.Options.Namespace,
        TaskQueue = Options.TaskQueue!,
        Identity = _identity,
        WorkerInstanceKey = _instanceKey,
        BuildId = Options.VersionOfCode,
        DeploymentOptions = Options.DeploymentOptions,
        VersionCapabilities = Options.VersionCapabilities,
        Activities = [.. Options.Activities],
        DataConverter = _client.Options.DataConverter,
        Interceptors = interceptors,
        LoggerFactory = loggers,
        MetricMeter = meter,
        TaskFactory = Options.ActivityTaskFactory,
        Client = () => _client as ITemporalClient ?? throw new InvalidOperationException("The worker's client is not a Temporal client."),
        Slots = tuner.ActivityTaskSlotSupplier,
        LocalSlots = tuner.LocalActivitySlotSupplier,
        Polls = Options.LocalActivityWorkerOnly ? null
            : Options.ActivityTaskPollerBehavior ?? new PollerBehavior.SimpleMaximum(Options.MaxConcurrentActivityTaskPolls),
        Telemetry = _telemetry,
        MaxActivitiesPerSecond = Options.MaxActivitiesPerSecond,
        MaxTaskQueueActivitiesPerSecond = Options.MaxTaskQueueActivitiesPerSecond,
        PayloadLimits = _limits,
        MaxHeartbeatThrottleInterval = Options.MaxHeartbeatThrottleInterval,
        DefaultHeartbeatThrottleInterval = Options.DefaultHeartbeatThrottleInterval,
        GracefulShutdownTimeout = Options.GracefulShutdownTimeout,
    };

    private WorkflowWorkerOptions CreateWorkflowOptions(
        ILoggerFactory loggers, WorkerTuner tuner, IWorkerInterceptor[] interceptors, Common.MetricMeter meter)
    {
        var eager = Options.DisableEagerActivityExecution || Options.LocalActivityWorkerOnly ? null : _activityWorker;
        return new()
        {
            Namespace = _client.Options.Namespace,
            TaskQueue = Options.TaskQueue!,
            Identity = _identity,
            WorkerInstanceKey = _instanceKey,
            BuildId = Options.VersionOfCode,
            DeploymentOptions = Options.DeploymentOptions,
            VersionCapabilities = Options.VersionCapabilities,
            Workflows = [.. Options.Workflows],
            DataConverter = _client.Options.DataConverter,
            Interceptors = interceptors,
            LoggerFactory = loggers,
            MetricMeter = meter,
            FailureExceptionTypes = Options.WorkflowFailureExceptionTypes ?? [],
            MaxCachedWorkflows = Options.MaxCachedWorkflows,
            Slots = tuner.WorkflowTaskSlotSupplier,
            Polls = Options.WorkflowTaskPollerBehavior ?? new PollerBehavior.SimpleMaximum(Options.MaxConcurrentWorkflowTaskPolls),
            Telemetry = _telemetry,
            NonStickyToStickyPollRatio = Options.NonStickyToStickyPollRatio,
            StickyScheduleToStartTimeout = Options.StickyQueueScheduleToStartTimeout,
            DebugMode = Options.DebugMode,
            DisableTracingEventListener = Options.DisableWorkflowTracingEventListener,
            OfferEagerActivity = eager is null ? null : eager.OfferEager,
            TryReserveEagerSlot = eager is null ? null : eager.TryReserveEager,
            ReleaseEagerSlot = eager is null ? null : eager.ReleaseEager,
            MaxEagerActivities = Options.MaxEagerActivityReservationsPerWorkflowTask,
            LocalActivities = _activityWorker?.LocalActivities,
            PayloadLimits = _limits,
            WorkflowStackTrace = Options.WorkflowStackTrace,
            PatchActivationCallback = Options.PatchActivationCallback,
            TaskStarting = Options.TaskStarting(this),
            TaskCompleted = Options.TaskCompleted(this),
        };
    }

    private async Task ValidateAsync(CancellationToken cancellationToken)
    {
        try
        {
            var described = await _port.Connection.WorkflowService.DescribeNamespaceAsync(
                new() { Namespace = _client.Options.Namespace },
                new() { Retry = true, CancellationToken = cancellationToken }).ConfigureAwait(false);
            _limits.Learn(described.NamespaceInfo?.Limits);
            _port.ServerEndsPolls = described.NamespaceInfo?.Capabilities?.WorkerPollCompleteOnShutdown == true;
            _takesHeartbeats = _heartbeats is not null && described.NamespaceInfo?.Capabilities?.WorkerHeartbeats == true;
        }
        catch (RpcException e) when (e.Code != RpcException.StatusCode.Unimplemented)
        {
            throw new InvalidOperationException($"Worker validation failed for namespace '{_client.Options.Namespace}': {e.Message}", e);
        }
    }

    private async Task EndPollsAsync()
    {
        // A poll that was on its way when the server heard of the shutdown is ended by the next request.
        for (var round = 0; round < ShutdownRounds && await SendShutdownAsync().ConfigureAwait(false); round++)
        {
            var sent = TimeProvider.System.GetTimestamp();
            while (_port.Polls > 0 && TimeProvider.System.GetElapsedTime(sent) < ShutdownRound)
            {
                await Task.Delay(ShutdownRound / 20).ConfigureAwait(false);
            }

            if (_port.Polls == 0)
            {
                return;
            }
        }

        _port.AbandonPolls();
    }

    private async Task<bool> SendShutdownAsync()
    {
        var request = new Api.WorkflowService.V1.ShutdownWorkerRequest
        {
            Namespace = _client.Options.Namespace,
            Identity = _identity,
            Reason = "graceful shutdown",
            StickyTaskQueue = _workflowWorker?.StickyQueue ?? string.Empty,
            WorkerInstanceKey = _instanceKey,
            TaskQueue = Options.TaskQueue,
            WorkerHeartbeat = _takesHeartbeats ? _heartbeats!.Last() : null,
        };
        if (_workflowWorker is not null)
        {
            request.TaskQueueTypes.Add(Api.Enums.V1.TaskQueueType.Workflow);
        }

        if (_activityWorker is not null)
        {
            request.TaskQueueTypes.Add(Api.Enums.V1.TaskQueueType.Activity);
        }

        try
        {
            await _port.Connection.WorkflowService.ShutdownWorkerAsync(request).ConfigureAwait(false);
            return true;
        }
        catch (RpcException e)
        {
            // The server notices by itself when the polls stay away.
            if (e.Code is not (RpcException.StatusCode.Unimplemented or RpcException.StatusCode.Unavailable))
            {
                WorkerLog.ShutdownNotSent(_logger, e);
            }

            return false;
        }
    }
}
