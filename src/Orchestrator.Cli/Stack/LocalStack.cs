using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Visibility;
using Orchestrator.Cli.Settings;
using Orchestrator.Workers;
using Temporal.DevServer;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Orchestrator.Cli.Stack;

/// <summary>
/// A client and, where none is running already, the embedded server and a worker behind it. Order of choice: the configured address, a running
/// <c>orchestrator dev</c> of the same folder, an embedded server in this process.
/// </summary>
public sealed class LocalStack : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly TemporalDevServer? _server;
    private readonly ILoggerFactory _logs;
    private readonly CancellationTokenSource _stop = new();
    private Task _worker = Task.CompletedTask;
    private PipelineWorker? _pipelines;

    private LocalStack(ITemporalClient client, TemporalDevServer? server, string address, ILoggerFactory logs)
    {
        Client = client;
        _server = server;
        Address = address;
        _logs = logs;
    }

    /// <summary>Connection to the Temporal service.</summary>
    public ITemporalClient Client { get; }

    /// <summary>Which search attributes the namespace knows.</summary>
    public NamespaceAttributes Attributes { get; } = new();

    /// <summary>Address of the Temporal service.</summary>
    public string Address { get; }

    /// <summary>Whether this process hosts the server.</summary>
    public bool IsEmbedded => _server is not null;

    /// <summary>Where the embedded server's <c>/healthz</c> and <c>/metrics</c> are, or null.</summary>
    public string? MetricsAddress => _server?.MetricsAddress;

    /// <summary>Completes only when the worker stops by itself, which is an error.</summary>
    public Task Worker => _worker;

    /// <summary>Connects, starting what is not there.</summary>
    /// <param name="settings">Where things lie.</param>
    /// <param name="logs">Where server and worker log; disposed with the stack.</param>
    /// <param name="anyPort">Take a free port when the configured one is in use, and wait while another command has the folder's server, instead of failing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UnavailableException">No service answers at the configured address.</exception>
    public static async Task<LocalStack> ConnectAsync(
        LocalSettings settings, ILoggerFactory logs, bool anyPort, CancellationToken cancellationToken)
    {
        if (settings.Address is { } configured)
        {
            return await ConnectToAsync(settings, configured, null, logs, cancellationToken);
        }

        while (true)
        {
            if (anyPort)
            {
                await WaitForOthersAsync(settings, cancellationToken);
            }

            if (await DevEndpoint.FindAsync(settings, cancellationToken) is { } running)
            {
                return await ConnectToAsync(settings, running, null, logs, cancellationToken);
            }

            try
            {
                var server = await StartServerAsync(settings, logs, anyPort, cancellationToken);
                return await ConnectToAsync(settings, server.Address, server, logs, cancellationToken);
            }
            catch (UnavailableException) when (anyPort && TemporalDevServer.IsUsing(settings.Database))
            {
                // Somebody else who waited was faster.
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Returns when this process may have the folder's embedded server, or need not: at once where a service is configured or <c>orchestrator dev</c> runs, otherwise when no other command has the
    /// server in its process any more. Says on standard error that it waits.
    /// </summary>
    /// <param name="settings">Where things lie.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task WaitForOthersAsync(LocalSettings settings, CancellationToken cancellationToken)
    {
        for (var isTold = false; settings.Address is null && TemporalDevServer.IsUsing(settings.Database) && await DevEndpoint.FindAsync(settings, cancellationToken) is null;)
        {
            if (!isTold)
            {
                isTold = true;
                await Console.Error.WriteLineAsync("Another command works in this folder: waiting until it has ended. With 'orchestrator dev' running, commands work beside each other.");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Connects as <see cref="ConnectAsync"/> does, on any port; where this process then hosts the server, it works for it too.</summary>
    /// <param name="settings">Where things lie.</param>
    /// <param name="log">Name of the log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<LocalStack> ConnectWithWorkerAsync(LocalSettings settings, string log, CancellationToken cancellationToken)
    {
        var stack = await ConnectAsync(settings, Logs.Open(settings.Logs, log, console: false), anyPort: true, cancellationToken);
        if (stack.IsEmbedded)
        {
            stack.StartWorker(settings);
        }

        return stack;
    }

    /// <summary>Starts the embedded server on the configured database.</summary>
    /// <exception cref="UnavailableException">The port or the database is in use.</exception>
    public static async Task<TemporalDevServer> StartServerAsync(
        LocalSettings settings, ILoggerFactory logs, bool anyPort, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(settings.Database)!);
        try
        {
            return await StartServerAsync(settings, settings.Port, logs, cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            // The database's own words: in use, damaged, too new.
            throw new UnavailableException(e.Message, e);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            // Only binding tells for certain: between a look and the bind another process may take the port.
            return anyPort
                ? await StartServerAsync(settings, 0, logs, cancellationToken)
                : throw new UnavailableException($"Port {settings.Port} of {settings.Ip} is in use. Help: give --port 0 for any free one, or stop what listens there.", e);
        }
    }

    private static Task<TemporalDevServer> StartServerAsync(LocalSettings settings, int port, ILoggerFactory logs, CancellationToken cancellationToken) =>
        TemporalDevServer.StartAsync(
            new DevServerOptions
            {
                Ip = settings.Ip,
                Port = port,
                DatabaseFile = settings.Database,
                MetricsPort = settings.MetricsPort,
                Namespaces = [settings.Namespace],
                LoggerFactory = logs,
            },
            cancellationToken);

    /// <summary>Runs a worker in this process until the stack is disposed.</summary>
    public void StartWorker(LocalSettings settings)
    {
        var worker = _pipelines = new PipelineWorker(Client, WorkerSettingsOf(settings), _logs);
        _worker = RunWorkerAsync(worker, _stop.Token);
    }

    /// <summary>The worker's part of the settings.</summary>
    public static WorkerSettings WorkerSettingsOf(LocalSettings settings) => new()
    {
        TaskQueue = settings.TaskQueue,
        PipelinesFolder = settings.Pipelines,
        Environment = settings.Environment,
        Lake = settings.Lake,
        MaxConcurrentActivities = settings.MaxConcurrentActivities,
        Prices = settings.Prices,
        Catalog = CatalogPlace.Of(settings),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _worker;
            if (_pipelines?.CatalogProblem is { } problem)
            {
                await Console.Error.WriteLineAsync($"The catalog is behind: {problem.Split('\n')[0]}\nHelp: nothing is lost, what it has not been told waits in the lake; 'orchestrator catalog status' tells how much, and the next worker tells it.");
            }
        }
        finally
        {
            if (_server is not null)
            {
                await _server.DisposeAsync();
            }

            _stop.Dispose();
            _logs.Dispose();
        }
    }

    private static async Task RunWorkerAsync(PipelineWorker worker, CancellationToken stop)
    {
        using (worker)
        {
            try
            {
                await worker.ExecuteAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Asked to stop: the way a worker ends.
                return;
            }
        }
    }

    private static async Task<LocalStack> ConnectToAsync(
        LocalSettings settings, string address, TemporalDevServer? server, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var options = OptionsOf(settings, address);
        options.Namespace = settings.Namespace;
        options.DataConverter = PayloadFormat.Converter;
        options.LoggerFactory = logs;
        try
        {
            var client = await TemporalClient.ConnectAsync(options).WaitAsync(cancellationToken);
            if (server is not null)
            {
                await NamespaceAttributes.RegisterAsync(client, cancellationToken);
            }
            else
            {
                await FindNamespaceAsync(client, address, cancellationToken);
            }

            return new LocalStack(client, server, address, logs);
        }
        catch (Exception e) when (e is not (OperationCanceledException or UnavailableException) && server is null)
        {
            var security = settings.Connection is { ApiKey.Length: > 0 } or { Tls: not null } ? "" : "; one that wants TLS or a key is told so by TEMPORAL_TLS, TEMPORAL_API_KEY and others (docs/guides/real-cluster.md)";
            throw new UnavailableException(
                $"No Temporal service answers at '{address}': {e.Message}. Help: check --address or TEMPORAL_ADDRESS, or leave both out to use the embedded server{security}.", e);
        }
    }

    /// <summary>How the service is reached: as configured if it is the configured one, otherwise in plain text.</summary>
    /// <exception cref="UsageException">A certificate or key cannot be read.</exception>
    private static TemporalClientConnectOptions OptionsOf(LocalSettings settings, string address)
    {
        try
        {
            var options = settings.Address == address && settings.Connection is { } configured ? configured.ToClientConnectionOptions() : new();
            options.TargetHost = address;
            return options;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"A certificate or key for '{address}' cannot be read: {e.Message} Help: check the paths in TEMPORAL_TLS_…_PATH, or in the profile of temporal.toml.");
        }
    }

    /// <summary>Calls in a namespace that is not there fail one by one, and some as if a run were not there.</summary>
    private static async Task FindNamespaceAsync(TemporalClient client, string address, CancellationToken cancellationToken)
    {
        try
        {
            await client.WorkflowService.DescribeNamespaceAsync(new() { Namespace = client.Options.Namespace }, new RpcOptions { Retry = true, CancellationToken = cancellationToken });
        }
        catch (RpcException e) when (e.Code is RpcException.StatusCode.NotFound)
        {
            throw new UnavailableException(
                $"The Temporal service at '{address}' has no namespace '{client.Options.Namespace}'. Help: 'temporal operator namespace create --namespace {client.Options.Namespace} --retention 720h' makes it, known everywhere some ten seconds later; or give another with --namespace or TEMPORAL_NAMESPACE.",
                e);
        }
        catch (RpcException e) when (e.Code is RpcException.StatusCode.PermissionDenied or RpcException.StatusCode.Unimplemented)
        {
            // Who may not ask may still run pipelines in it.
            return;
        }
    }
}
