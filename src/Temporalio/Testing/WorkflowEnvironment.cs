using Microsoft.Extensions.Logging;
using Temporalio.Client;
using Temporalio.Common.EnvConfig;

namespace Temporalio.Testing;

/// <summary>A server to test workflows against, with a client of it. Dispose it to stop a server that it started.</summary>
public class WorkflowEnvironment : IAsyncDisposable
{
    private readonly ILocalServer? _server;

    /// <summary>Makes an environment of a running server, which is not stopped on disposal.</summary>
    /// <param name="client">Client of the server.</param>
    public WorkflowEnvironment(ITemporalClient client)
        : this(client, null)
    {
    }

    private protected WorkflowEnvironment(ITemporalClient client, ILocalServer? server)
    {
        Client = client;
        _server = server;
        Logger = client.Options.LoggerFactory.CreateLogger<WorkflowEnvironment>();
    }

    /// <summary>Client of the server.</summary>
    public ITemporalClient Client { get; protected init; }

    /// <summary>Whether time can be skipped instead of waited for.</summary>
    public virtual bool SupportsTimeSkipping => false;

    /// <summary>Logger of the environment.</summary>
    protected ILogger<WorkflowEnvironment> Logger { get; }

    /// <summary>Starts a server for tests and connects to it: the embedded one, or the one of the tool named in the options.</summary>
    /// <param name="options">Options; the target host, when set, is the address to listen on.</param>
    /// <returns>The environment.</returns>
    /// <exception cref="InvalidOperationException">The server did not start, or there is none.</exception>
    public static async Task<WorkflowEnvironment> StartLocalAsync(WorkflowEnvironmentStartLocalOptions? options = null)
    {
        options = (WorkflowEnvironmentStartLocalOptions)(options ?? new()).Clone();
        ILocalServer server = options.DevServerOptions.ExistingPath is { } path
            ? await ToolServer.StartAsync(path, options).ConfigureAwait(false)
            : await EmbeddedServer.StartAsync(options, options.DevServerOptions.DatabaseFilename).ConfigureAwait(false);
        try
        {
            options.TargetHost = server.Address;
            var client = await TemporalClient.ConnectAsync(options).ConfigureAwait(false);
            if (!server.KnowsSearchAttributes && options.SearchAttributes is { Count: > 0 } attributes)
            {
                var request = new Api.OperatorService.V1.AddSearchAttributesRequest { Namespace = options.Namespace };
                foreach (var key in attributes)
                {
                    request.SearchAttributes[key.Name] = key.ValueType;
                }

                await client.OperatorService.AddSearchAttributesAsync(request, new() { Retry = true }).ConfigureAwait(false);
            }

            return new WorkflowEnvironment(client, server);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Starts a server for tests that can skip time and connects to it: the embedded one, or the test server named in the options. Time runs as
    /// it does everywhere, except while <see cref="DelayAsync(TimeSpan, CancellationToken?)"/> or the result of a workflow is awaited that the
    /// environment's client started: then the server jumps to the next deadline whenever nothing else is left to wait for. Activities run in real time.
    /// </summary>
    /// <param name="options">Options; the target host, when set, is the address to listen on.</param>
    /// <returns>The environment.</returns>
    /// <exception cref="InvalidOperationException">The server did not start, or there is none.</exception>
    public static async Task<WorkflowEnvironment> StartTimeSkippingAsync(WorkflowEnvironmentStartTimeSkippingOptions? options = null)
    {
        options = (WorkflowEnvironmentStartTimeSkippingOptions)(options ?? new()).Clone();
        ILocalServer server = options.TestServer.ExistingPath is { } path
            ? await ToolServer.StartAsync(path, options).ConfigureAwait(false)
            : await EmbeddedServer.StartAsync(options, timeSkipping: true).ConfigureAwait(false);
        try
        {
            options.TargetHost = server.Address;
            return new TimeSkippingEnvironment(await TemporalClient.ConnectAsync(options).ConfigureAwait(false), server);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes an environment of the server that the environment or <c>temporal.toml</c> names; it is not stopped on disposal.</summary>
    /// <param name="profileLoadOptions">Which profile. Default: the one the environment names, else <c>default</c>.</param>
    /// <returns>The environment, connected.</returns>
    /// <exception cref="InvalidOperationException">The configuration is wrong, or there is no server.</exception>
    public static async Task<WorkflowEnvironment> CreateFromEnvConfigAsync(ClientEnvConfig.ProfileLoadOptions? profileLoadOptions = null)
    {
        var options = ClientEnvConfig.LoadClientConnectOptions(profileLoadOptions);
        options.TargetHost ??= "localhost:7233";
        return new(await TemporalClient.ConnectAsync(options).ConfigureAwait(false));
    }

    /// <summary>Waits.</summary>
    /// <param name="delay">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When the time has passed.</returns>
    public virtual Task DelayAsync(TimeSpan delay, CancellationToken? cancellationToken = null) =>
        Task.Delay(delay, cancellationToken ?? CancellationToken.None);

    /// <summary>Waits.</summary>
    /// <param name="millisecondsDelay">How long, in milliseconds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When the time has passed.</returns>
    public Task DelayAsync(int millisecondsDelay, CancellationToken? cancellationToken = null) =>
        DelayAsync(TimeSpan.FromMilliseconds(millisecondsDelay), cancellationToken);

    /// <summary>The current time of the environment, UTC.</summary>
    /// <returns>The time.</returns>
    public virtual Task<DateTime> GetCurrentTimeAsync() => Task.FromResult(TimeProvider.System.GetUtcNow().UtcDateTime);

    /// <summary>Runs something during which waiting for results skips no time.</summary>
    /// <param name="func">What to run.</param>
    public void WithAutoTimeSkippingDisabled(Action func) => WithAutoTimeSkippingDisabled(() =>
    {
        func();
        return default(ValueTuple);
    });

    /// <summary>Runs something during which waiting for results skips no time.</summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="func">What to run.</param>
    /// <returns>The result.</returns>
    public T WithAutoTimeSkippingDisabled<T>(Func<T> func) =>
        WithAutoTimeSkippingDisabledAsync(() => Task.FromResult(func())).GetAwaiter().GetResult();

    /// <summary>Runs something during which waiting for results skips no time.</summary>
    /// <param name="func">What to run.</param>
    /// <returns>When it ended.</returns>
    public Task WithAutoTimeSkippingDisabledAsync(Func<Task> func) => WithAutoTimeSkippingDisabledAsync(async () =>
    {
        await func().ConfigureAwait(false);
        return default(ValueTuple);
    });

    /// <summary>Runs something during which waiting for results skips no time.</summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="func">What to run.</param>
    /// <returns>The result.</returns>
    public virtual Task<T> WithAutoTimeSkippingDisabledAsync<T>(Func<Task<T>> func) => func();

    /// <summary>Stops the server if the environment started it.</summary>
    /// <returns>When stopped.</returns>
    public virtual async Task ShutdownAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ShutdownAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
