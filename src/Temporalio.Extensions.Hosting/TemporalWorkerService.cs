using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Temporalio.Client;
using Temporalio.Worker;

namespace Temporalio.Extensions.Hosting;

/// <summary>Runs a worker as long as the host runs: connects, works, and shuts down gracefully when the host stops.</summary>
public class TemporalWorkerService : BackgroundService
{
    private readonly TemporalWorkerOptions _workerOptions;
    private readonly TemporalClientConnectOptions? _clientOptions;
    private readonly ITemporalClient? _client;
    private readonly TemporalWorkerClientUpdater? _updater;

    /// <summary>Creates a service that connects a client of its own.</summary>
    /// <param name="clientOptions">How to connect.</param>
    /// <param name="workerOptions">Options of the worker; copied.</param>
    public TemporalWorkerService(TemporalClientConnectOptions clientOptions, TemporalWorkerOptions workerOptions)
    {
        _clientOptions = clientOptions ?? throw new ArgumentNullException(nameof(clientOptions));
        _workerOptions = (TemporalWorkerOptions)workerOptions.Clone();
        _updater = (workerOptions as TemporalWorkerServiceOptions)?.WorkerClientUpdater;
    }

    /// <summary>Creates a service on an existing client.</summary>
    /// <param name="client">The client; a lazy one is connected when the service starts.</param>
    /// <param name="workerOptions">Options of the worker; copied.</param>
    public TemporalWorkerService(ITemporalClient client, TemporalWorkerOptions workerOptions)
    {
        _client = client ?? throw new ArgumentNullException(nameof(client));
        _workerOptions = (TemporalWorkerOptions)workerOptions.Clone();
        _updater = (workerOptions as TemporalWorkerServiceOptions)?.WorkerClientUpdater;
    }

    /// <summary>Creates a service that connects a client of its own.</summary>
    /// <param name="options">Options of the worker and how to connect; copied.</param>
    /// <exception cref="ArgumentException"><see cref="TemporalWorkerServiceOptions.ClientOptions"/> is unset.</exception>
    public TemporalWorkerService(TemporalWorkerServiceOptions options)
        : this(options.ClientOptions ?? throw new ArgumentException("ClientOptions is required when no client is given.", nameof(options)), options)
    {
    }

    /// <summary>Creates a service from named options; this is what dependency injection uses.</summary>
    /// <param name="serviceId">Which worker of the process.</param>
    /// <param name="optionsMonitor">Where its options are.</param>
    /// <param name="existingClient">Client to use unless the options say how to connect.</param>
    /// <param name="loggerFactory">Loggers unless the options have some.</param>
    /// <exception cref="InvalidOperationException">The options are of another worker, or there is no way to get a client.</exception>
    public TemporalWorkerService(
        TemporalWorkerServiceIdentifier serviceId,
        IOptionsMonitor<TemporalWorkerServiceOptions> optionsMonitor,
        ITemporalClient? existingClient = null,
        ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(serviceId);
        ArgumentNullException.ThrowIfNull(optionsMonitor);
        var options = (TemporalWorkerServiceOptions)optionsMonitor.Get(serviceId.OptionsName).Clone();
        CheckIdentity(serviceId, options);
        options.LoggerFactory ??= loggerFactory;
        _workerOptions = options;
        _updater = options.WorkerClientUpdater;
        _clientOptions = options.ClientOptions;
        if (_clientOptions is null)
        {
            _client = existingClient ?? throw new InvalidOperationException(
                $"The worker of {serviceId.Describe()} has no client: none is among the services and ClientOptions is unset. "
                + "Help: call AddTemporalClient, or give the client's host and namespace to AddHostedTemporalWorker.");
        }
        else if (loggerFactory is not null && ReferenceEquals(_clientOptions.LoggerFactory, new TemporalClientConnectOptions().LoggerFactory))
        {
            _clientOptions.LoggerFactory = loggerFactory;
        }
    }

    /// <summary>Creates a service from named options.</summary>
    /// <param name="taskQueueAndBuildId">Task queue and build id of the worker.</param>
    /// <param name="optionsMonitor">Where its options are.</param>
    /// <param name="existingClient">Client to use unless the options say how to connect.</param>
    /// <param name="loggerFactory">Loggers unless the options have some.</param>
    /// <exception cref="InvalidOperationException">The options are of another worker, or there is no way to get a client.</exception>
    [Obsolete("Use the constructor with TemporalWorkerServiceIdentifier.")]
    public TemporalWorkerService(
        (string TaskQueue, string? BuildId) taskQueueAndBuildId,
        IOptionsMonitor<TemporalWorkerServiceOptions> optionsMonitor,
        ITemporalClient? existingClient = null,
        ILoggerFactory? loggerFactory = null)
        : this(TemporalWorkerServiceIdentifier.Of(taskQueueAndBuildId.TaskQueue, null, taskQueueAndBuildId.BuildId), optionsMonitor, existingClient, loggerFactory)
    {
    }

    /// <summary>Creates a service from named options.</summary>
    /// <param name="taskQueue">Task queue of the worker.</param>
    /// <param name="buildId">Build id of the worker.</param>
    /// <param name="optionsMonitor">Where its options are.</param>
    /// <param name="existingClient">Client to use unless the options say how to connect.</param>
    /// <param name="loggerFactory">Loggers unless the options have some.</param>
    /// <exception cref="InvalidOperationException">The options are of another worker, or there is no way to get a client.</exception>
    [Obsolete("Use the constructor with TemporalWorkerServiceIdentifier.")]
    public TemporalWorkerService(
        string taskQueue,
        string? buildId,
        IOptionsMonitor<TemporalWorkerServiceOptions> optionsMonitor,
        ITemporalClient? existingClient = null,
        ILoggerFactory? loggerFactory = null)
        : this(TemporalWorkerServiceIdentifier.Of(taskQueue, null, buildId), optionsMonitor, existingClient, loggerFactory)
    {
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var client = _client ?? await TemporalClient.ConnectAsync(_clientOptions!).WaitAsync(stoppingToken).ConfigureAwait(false);
        await client.Connection.ConnectAsync().WaitAsync(stoppingToken).ConfigureAwait(false);
        using var worker = new TemporalWorker(client, _workerOptions);
        Action<IWorkerClient> exchange = newClient => worker.Client = newClient;
        _updater?.Subscribe(exchange);
        try
        {
            await worker.ExecuteAsync(stoppingToken).ConfigureAwait(false);
        }
        finally
        {
            _updater?.Unsubscribe(exchange);
        }
    }

    private static void CheckIdentity(TemporalWorkerServiceIdentifier serviceId, TemporalWorkerServiceOptions options)
    {
#pragma warning disable CS0618 // A build id of the older kind is part of the worker's identity.
        var seen = TemporalWorkerServiceIdentifier.Of(options.TaskQueue ?? string.Empty, options.DeploymentOptions, options.BuildId);
#pragma warning restore CS0618
        if (seen != serviceId)
        {
            throw new InvalidOperationException(
                $"The hosted worker was made for {serviceId.Describe()}, its options are of {seen.Describe()}. "
                + "Help: leave task queue and version as they were given to AddHostedTemporalWorker.");
        }
    }
}
