using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Temporal.DevServer.Batch;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.History;
using Temporal.DevServer.Matching;
using Temporal.DevServer.Metrics;
using Temporal.DevServer.Schedules;
using Temporal.DevServer.Storage;
using Temporal.DevServer.Timers;
using Temporal.DevServer.Visibility;
using Temporal.Grpc;
using Temporalio.Api.Namespace.V1;

namespace Temporal.DevServer;

/// <summary>
/// A Temporal-compatible server inside this process, for development, tests and single machines. Any Temporal client can talk to
/// <see cref="Address"/>. Disposing stops it; with a database file the next server on that file goes on where this one stopped.
/// </summary>
public sealed partial class TemporalDevServer : IAsyncDisposable
{
    private readonly GrpcServer _grpc;
    private readonly HistoryEngine _engine;
    private readonly ScheduleHost _schedules;
    private readonly BatchHost _batches;
    private readonly IRunStore _store;
    private readonly SkippingClock? _clock;
    private GrpcServer? _metrics;
    private int _disposed;

    private TemporalDevServer(GrpcServer grpc, HistoryEngine engine, ScheduleHost schedules, BatchHost batches, IRunStore store, SkippingClock? clock) =>
        (_grpc, _engine, _schedules, _batches, _store, _clock) = (grpc, engine, schedules, batches, store, clock);

    /// <summary>Host and port to connect to, for example <c>127.0.0.1:7233</c>.</summary>
    public string Address => _grpc.EndPoint.ToString();

    /// <summary>Where <c>/healthz</c> and <c>/metrics</c> are, for example <c>127.0.0.1:9090</c>, or null without <see cref="DevServerOptions.MetricsPort"/>.</summary>
    public string? MetricsAddress => _metrics?.EndPoint.ToString();

    /// <summary>Whether a server that lives, of this process or of another one of this machine, has a database file.</summary>
    /// <param name="databaseFile">The file, as <see cref="DevServerOptions.DatabaseFile"/>; it need not be there.</param>
    public static bool IsUsing(string databaseFile) => SqliteStore.IsTaken(databaseFile);

    /// <summary>Reads all of a database file and says, in words, how it is. Changes nothing in it.</summary>
    /// <param name="databaseFile">The file; it need not be there, and a server may have it.</param>
    /// <exception cref="InvalidOperationException">It cannot be opened or written, is damaged, too new or not a server's.</exception>
    public static string ExamineDatabase(string databaseFile) => DatabaseExam.Of(databaseFile);

    /// <summary>Starts a server; it serves when the task completes.</summary>
    /// <exception cref="InvalidOperationException">The database file is in use, damaged, too new or not a server's.</exception>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<TemporalDevServer> StartAsync(DevServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var clock = options.TimeSkipping ? new SkippingClock(options.TimeProvider) : null;
        options = clock is null ? options : options.With(clock);
        var address = IPAddress.Parse(options.Ip);
        var logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger<TemporalDevServer>();
        var store = new SqliteStore(options.DatabaseFile, logger);
        HistoryEngine? engine = null;
        ScheduleHost? schedules = null;
        BatchHost? batches = null;
        try
        {
            var namespaces = new NamespaceRegistry(store, options.Limits);
            namespaces.Load();
            foreach (var name in options.Namespaces)
            {
                await namespaces.EnsureAsync(name, new NamespaceInfo(), TimeSpan.FromDays(1)).ConfigureAwait(false);
            }

            var system = new NamespaceInfo { Description = "Temporal internal system namespace", OwnerEmail = "temporal-core@temporal.io" };
            await namespaces.EnsureAsync(OperatorFrontend.SystemNamespace, system, TimeSpan.FromDays(7)).ConfigureAwait(false);

            var indexes = new NamespaceIndexes(namespaces, store, logger);
            indexes.Load();
            var queues = new TaskQueues(options.TimeProvider)
            {
                Config = key => key.IsSticky ? null : namespaces.FindById(key.NamespaceId)?.QueueConfig(key.Type, key.Name),
            };
            engine = new HistoryEngine(store, queues, namespaces, options, logger);
            engine.Recover();
            var checks = new RequestChecks(options.Limits);
            var starts = new StartRequests(namespaces, checks, options.Limits, options.TimeProvider);
            schedules = new ScheduleHost(store, engine, starts, new ScheduleIndex(namespaces, indexes), namespaces, options.TimeProvider, logger);
            schedules.Recover();
            engine.ResumeNamespaceDeletions();
            var listening = "";
            var local = new LocalCalls();
            batches = new BatchHost(store, indexes, namespaces, new BatchOperations(engine, local), options.TimeProvider, logger);
            var router = Routes(options, namespaces, indexes, queues, engine, schedules, batches, starts, store, local, () => listening, logger);
            batches.Recover();
            var metrics = new ServerMetrics(engine, queues);
            store.Written = metrics.OnCommit;
            router.OnCompleted = metrics.OnCall;
            router.Guard = options.ApiKey is { } key ? new ApiKeyGuard(key).Check : null;
            var grpc = await GrpcServer.StartAsync(GrpcOptions(options, address), router, http1: null, cancellationToken).ConfigureAwait(false);
            listening = grpc.EndPoint.ToString();
            LogStarted(logger, grpc.EndPoint.ToString(), options.DatabaseFile ?? "memory");
            if (!IPAddress.IsLoopback(address) && options is { ApiKey: null, ClientRootCertificates: null })
            {
                LogOpen(logger, grpc.EndPoint.ToString());
            }

            var server = new TemporalDevServer(grpc, engine, schedules, batches, store, clock);
            if (options.MetricsPort is { } port)
            {
                await server.ServeMetricsAsync(port, new MetricsPage(metrics, store), options.LoggerFactory, cancellationToken).ConfigureAwait(false);
            }

            return server;
        }
        catch (Exception e)
        {
            if (batches is not null)
            {
                await batches.DisposeAsync().ConfigureAwait(false);
            }

            if (schedules is not null)
            {
                await schedules.DisposeAsync().ConfigureAwait(false);
            }

            if (engine is not null)
            {
                await engine.DisposeAsync().ConfigureAwait(false);
            }

            await store.DisposeAsync().ConfigureAwait(false);
            clock?.Dispose();
            if (e is SqliteException damaged)
            {
                throw new InvalidOperationException(
                    $"The database file '{options.DatabaseFile}' cannot be read: {damaged.Message} Help: restore it from a copy, or name another file.", e);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _batches.DisposeAsync().ConfigureAwait(false);
        await _schedules.DisposeAsync().ConfigureAwait(false);
        await _engine.DisposeAsync().ConfigureAwait(false);
        await _grpc.DisposeAsync().ConfigureAwait(false);
        if (_metrics is not null)
        {
            await _metrics.DisposeAsync().ConfigureAwait(false);
        }

        await _store.DisposeAsync().ConfigureAwait(false);
        _clock?.Dispose();
    }

    private static GrpcServerOptions GrpcOptions(DevServerOptions options, IPAddress address) => new()
    {
        Address = address,
        Port = options.Port,
        LoggerFactory = options.LoggerFactory,
        ServerCertificate = options.ServerCertificate,
        ServerCertificateChain = options.ServerCertificateChain,
        ClientRootCertificates = options.ClientRootCertificates,
    };

    private async Task ServeMetricsAsync(int port, MetricsPage page, ILoggerFactory? loggers, CancellationToken cancellationToken)
    {
        try
        {
            _metrics = await GrpcServer.StartAsync(
                new GrpcServerOptions { Port = port, LoggerFactory = loggers }, new GrpcRouter(), page.ServeAsync, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await _grpc.DisposeAsync().ConfigureAwait(false); // the caller ends the rest
            throw;
        }
    }

    private static GrpcRouter Routes(
        DevServerOptions options, NamespaceRegistry namespaces, NamespaceIndexes indexes, TaskQueues queues, HistoryEngine engine, ScheduleHost schedules,
        BatchHost batches, StartRequests starts, IRunStore store, LocalCalls local, Func<string> listening, ILogger logger)
    {
        const string Workflows = "temporal.api.workflowservice.v1.WorkflowService";
        const string Operators = "temporal.api.operatorservice.v1.OperatorService";
        const string Health = "grpc.health.v1.Health";
        var router = new GrpcRouter { OnFault = (call, error, id) => LogFault(logger, error, call.Path, id) };
        router.AddService(Workflows);
        router.AddService(Operators);
        router.AddService(Health);
        var checks = new RequestChecks(options.Limits);
        var map = new ServiceMap(router, Workflows, local);
        var operators = new ServiceMap(router, Operators);
        var workers = new WorkerRegistry(options.TimeProvider);
        var clusterId = Guid.NewGuid().ToString();
        new SystemFrontend(clusterId).Map(map);
        new OperatorFrontend(namespaces, engine, clusterId, listening).Map(operators);
        new NexusEndpointFrontend(namespaces, checks, options.TimeProvider).Map(operators);
        SearchAttributeFrontend.Map(map);
        new SearchAttributeFrontend(namespaces).MapOperator(operators);
        SystemFrontend.MapHealth(new ServiceMap(router, Health));
        new TaskQueueFrontend(namespaces, queues, checks, listening).Map(map);
        new TaskQueueConfigFrontend(namespaces, queues, checks, options.TimeProvider).Map(map);
        new WorkerListFrontend(namespaces, workers).Map(map);
        DeploymentFrontend.Map(map);
        RefusedFrontend.Map(map);
        new StandaloneActivityFrontend(namespaces, checks).Map(map);
        RefusedFrontend.MapNexusTasks(map, namespaces, queues, checks);
        new NamespaceFrontend(namespaces, options.Limits).Map(map);
        new WorkflowFrontend(namespaces, engine, starts, checks).Map(map);
        new WorkerFrontend(namespaces, engine, queues, workers, checks).Map(map);
        new ActivityFrontend(namespaces, engine, checks).Map(map);
        new ActivityControlFrontend(namespaces, engine, checks).Map(map);
        new HistoryFrontend(namespaces, engine, checks).Map(map);
        new VisibilityFrontend(namespaces, indexes, store).Map(map);
        new UpdateFrontend(namespaces, engine, checks).Map(map);
        new MultiOperationFrontend(namespaces, engine, starts, checks).Map(map);
        new ResetFrontend(namespaces, engine).Map(map);
        new WorkflowOptionsFrontend(namespaces, engine, options.Limits, options.WorkflowPause).Map(map);
        new BatchFrontend(namespaces, batches).Map(map);
        WorkflowRuleFrontend.Map(map);
        new ScheduleFrontend(namespaces, schedules, new ScheduleRequests(namespaces, checks, options.Limits)).Map(map);
        if (options.TimeProvider is SkippingClock clock)
        {
            new TimeFrontend(clock).Map(new ServiceMap(router, TimeFrontend.Service));
        }

        new ReflectionFrontend(options.TimeSkipping).Map(router);
        return router;
    }

    [LoggerMessage(1, LogLevel.Information, "Temporal server listens on {Address}; its data is in {Database}")]
    private static partial void LogStarted(ILogger logger, string address, string database);

    [LoggerMessage(3, LogLevel.Warning, "Anybody who reaches {Address} may use the server: neither an API key nor client certificates are asked for")]
    private static partial void LogOpen(ILogger logger, string address);

    [LoggerMessage(2, LogLevel.Error, "Call of {Path} failed with internal error {ErrorId}")]
    private static partial void LogFault(ILogger logger, Exception error, string path, string errorId);
}
