using Temporalio.Client.Interceptors;

namespace Temporalio.Client;

/// <inheritdoc cref="ITemporalClient"/>
public partial class TemporalClient : ITemporalClient
{
    /// <summary>Makes a client over a connection.</summary>
    /// <param name="connection">The connection; may be lazy.</param>
    /// <param name="options">Options; copied.</param>
    public TemporalClient(ITemporalConnection connection, TemporalClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Connection = connection;
        Options = (TemporalClientOptions)options.Clone();
        foreach (var plugin in Options.Plugins ?? [])
        {
            plugin.ConfigureClient(Options);
        }

        // The first interceptor listed is the outermost, so the chain is built from the last.
        OutboundInterceptor = (Options.Interceptors ?? []).Reverse().Aggregate(
            (ClientOutboundInterceptor)new ClientOutbound(this), (next, interceptor) => interceptor.InterceptClient(next));
    }

    /// <inheritdoc/>
    public TemporalClientOptions Options { get; }

    /// <inheritdoc/>
    public ITemporalConnection Connection { get; }

    /// <inheritdoc/>
    public IBridgeClientProvider BridgeClientProvider => Connection;

    /// <inheritdoc/>
    public WorkflowService WorkflowService => Connection.WorkflowService;

    /// <inheritdoc/>
    public OperatorService OperatorService => Connection.OperatorService;

    /// <inheritdoc/>
    public ClientOutboundInterceptor OutboundInterceptor { get; }

    /// <summary>Options with retries on; not to be changed.</summary>
    protected static RpcOptions RetryRpcOptions { get; } = new() { Retry = true };

    /// <summary>Connects to a server.</summary>
    /// <param name="options">Where and how; copied.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentException">The options do not describe a server.</exception>
    /// <exception cref="InvalidOperationException">The server cannot be reached or refuses.</exception>
    public static async Task<TemporalClient> ConnectAsync(TemporalClientConnectOptions options)
    {
        Func<TemporalClientConnectOptions, Task<TemporalConnection>> connect = TemporalConnection.ConnectAsync;
        foreach (var plugin in (options.Plugins ?? []).Reverse())
        {
            var next = connect;
            connect = o => plugin.ConnectAsync(o, next);
        }

        var copy = (TemporalClientConnectOptions)options.Clone();
        return new(await connect(copy).ConfigureAwait(false), copy.ToClientOptions());
    }

    /// <summary>Makes a client that connects on its first call. It cannot back a worker before that.</summary>
    /// <param name="options">Where and how; copied.</param>
    /// <returns>The client.</returns>
    public static TemporalClient CreateLazy(TemporalClientConnectOptions options) =>
        new(TemporalConnection.CreateLazy(options), options.ToClientOptions());

    /// <summary>Options of a high-level call: as given, with retries on unless they say otherwise.</summary>
    /// <param name="origOptions">As given; not changed.</param>
    /// <returns>The options.</returns>
    protected static RpcOptions DefaultRetryOptions(RpcOptions? origOptions) => Retrying(origOptions);

    /// <inheritdoc cref="DefaultRetryOptions"/>
    internal static RpcOptions Retrying(RpcOptions? origOptions)
    {
        if (origOptions is null)
        {
            return RetryRpcOptions;
        }

        if (origOptions.Retry is not null)
        {
            return origOptions;
        }

        var copy = (RpcOptions)origOptions.Clone();
        copy.Retry = true;
        return copy;
    }
}
