using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Temporal.Grpc;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;
using Temporalio.Runtime;

namespace Temporalio.Client;

/// <summary>A connection to a server. Safe for use by many threads; reconnects by itself when the server was away.</summary>
public sealed partial class TemporalConnection : ITemporalConnection
{
    private const string SystemInfo = "GetSystemInfo";
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly RequestMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly RpcRetryPolicy _retry;
    private volatile Link? _link;
    private volatile CallHeaders _headers;
    private IReadOnlyCollection<KeyValuePair<string, string>> _rpcMetadata;
    private IReadOnlyCollection<KeyValuePair<string, byte[]>> _rpcBinaryMetadata;
    private string? _apiKey;

    private TemporalConnection(TemporalConnectionOptions options, TimeProvider time)
    {
        Options = (TemporalConnectionOptions)options.Clone();
        Options.Identity ??= $"{Environment.ProcessId}@{Environment.MachineName}";
        _time = time;
        _retry = new(Options.RpcRetry ?? new());
        _metrics = new((Options.Runtime ?? TemporalRuntime.Default).Metrics);
        _rpcMetadata = Options.RpcMetadata ?? [];
        _rpcBinaryMetadata = Options.RpcBinaryMetadata ?? [];
        _apiKey = Options.ApiKey;
        _headers = new(_rpcMetadata, _rpcBinaryMetadata, _apiKey);
        WorkflowService = new WorkflowService.Core(this);
        OperatorService = new OperatorService.Core(this);
        TestService = new TestService.Core(this);
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> RpcMetadata
    {
        get => _rpcMetadata;
        set
        {
            RequireConnected(nameof(RpcMetadata));
            _rpcMetadata = value;
            _headers = new(_rpcMetadata, _rpcBinaryMetadata, _apiKey);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, byte[]>> RpcBinaryMetadata
    {
        get => _rpcBinaryMetadata;
        set
        {
            RequireConnected(nameof(RpcBinaryMetadata));
            _rpcBinaryMetadata = value;
            _headers = new(_rpcMetadata, _rpcBinaryMetadata, _apiKey);
        }
    }

    /// <inheritdoc/>
    public string? ApiKey
    {
        get => _apiKey;
        set
        {
            RequireConnected(nameof(ApiKey));
            _apiKey = value;
            _headers = new(_rpcMetadata, _rpcBinaryMetadata, _apiKey);
        }
    }

    /// <inheritdoc/>
    public WorkflowService WorkflowService { get; }

    /// <inheritdoc/>
    public OperatorService OperatorService { get; }

    /// <inheritdoc/>
    public TestService TestService { get; }

    /// <inheritdoc/>
    public TemporalConnectionOptions Options { get; }

    /// <inheritdoc/>
    public bool IsConnected => _link is not null;

    /// <inheritdoc/>
    public SafeHandle? BridgeClient => null;

    /// <summary>Workers over this connection that take first tasks with the answer to a start.</summary>
    internal EagerStarts EagerStarts { get; } = new();

    /// <summary>What the server can do; null before the connection is made.</summary>
    internal GetSystemInfoResponse.Types.Capabilities? Capabilities => _link?.Capabilities;

    /// <summary>Connects to a server.</summary>
    /// <param name="options">Where and how.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="ArgumentException">The options do not describe a server.</exception>
    /// <exception cref="InvalidOperationException">The server cannot be reached or refuses.</exception>
    public static async Task<TemporalConnection> ConnectAsync(TemporalConnectionOptions options)
    {
        var connection = CreateLazy(options);
        await connection.ConnectAsync().ConfigureAwait(false);
        return connection;
    }

    /// <summary>Makes a connection that connects on its first call. It cannot back a worker before that.</summary>
    /// <param name="options">Where and how.</param>
    /// <returns>The connection.</returns>
    public static TemporalConnection CreateLazy(TemporalConnectionOptions options) => CreateLazy(options, TimeProvider.System);

    /// <inheritdoc/>
    public async Task ConnectAsync()
    {
        if (_link is not null)
        {
            return;
        }

        try
        {
            await LinkAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (RpcException e)
        {
            throw new InvalidOperationException($"Connection failed: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> CheckHealthAsync(RpcService? service = null, RpcOptions? options = null)
    {
        var response = await InvokeAsync(
            "grpc.health.v1.Health",
            "Check",
            new Grpc.Health.V1.HealthCheckRequest { Service = (service ?? WorkflowService).FullName },
            Grpc.Health.V1.HealthCheckResponse.Parser,
            null,
            options).ConfigureAwait(false);
        return response.Status == Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving;
    }

    /// <summary>Makes a connection whose retries use the given clock.</summary>
    internal static TemporalConnection CreateLazy(TemporalConnectionOptions options, TimeProvider time) => new(options, time);

    /// <summary>Calls a remote procedure, connecting first if need be.</summary>
    internal async Task<T> InvokeAsync<T>(
        string service, string rpc, IMessage request, MessageParser<T> parser, string? namespaceName, RpcOptions? options)
        where T : IMessage<T>
    {
        var cancellationToken = options?.CancellationToken ?? CancellationToken.None;
        var path = RpcPaths.For(service, rpc);
        var timeout = options?.Timeout ?? RpcTimeouts.For(rpc, request);
        var retry = options?.Retry ?? false;

        // Counted from the first failure, not from the call: a long poll broken off after a minute deserves its further tries.
        long? failing = null;
        for (var failures = 1; ; failures++)
        {
            try
            {
                var link = _link ?? await LinkAsync(cancellationToken).ConfigureAwait(false);
                return await CallAsync(link.Next(), path, rpc, request, parser, namespaceName, options, timeout, cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException e) when (retry)
            {
                failing ??= _time.GetTimestamp();
                if (_retry.NextDelay(failures, _time.GetElapsedTime(failing.Value), e.Code, Random.Shared.NextDouble()) is not { } delay)
                {
                    throw;
                }

                await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<T> CallAsync<T>(
        GrpcChannel channel, string path, string rpc, IMessage request, MessageParser<T> parser, string? namespaceName, RpcOptions? options,
        TimeSpan timeout, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var headers = _headers;
        var call = new GrpcCallOptions { Headers = headers.Text(namespaceName, options), BinaryHeaders = headers.Binary(options), Timeout = timeout };
        var measured = _metrics.Begin(rpc, namespaceName, request);
        RpcException.StatusCode? failure = null;
        try
        {
            return await channel.UnaryAsync(path, request, parser, call, cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            failure = (RpcException.StatusCode)(int)e.Code;
            throw new RpcException(failure.Value, e.Message, e.StatusDetails);
        }
        finally
        {
            measured.End(failure);
        }
    }

    private async Task<Link> LinkAsync(CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _link ??= await HandshakeAsync(Options.GrpcCompression is GrpcCompression.Gzip, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task<Link> HandshakeAsync(bool gzip, CancellationToken cancellationToken)
    {
        if (Options.DnsLoadBalancing is not { } balancing)
        {
            return await HandshakeAsync(null, gzip, cancellationToken).ConfigureAwait(false);
        }

        GetSystemInfoResponse.Types.Capabilities? capabilities = null;
        try
        {
            var channels = await BalancedChannels.ConnectAsync(
                token => ChannelFactory.LookUpAsync(Options, token),
                async (address, token) =>
                {
                    var link = await HandshakeAsync(address, gzip, token).ConfigureAwait(false);
                    capabilities ??= link.Capabilities;
                    return link.Next();
                },
                balancing.ResolutionInterval,
                _time,
                cancellationToken).ConfigureAwait(false);
            return new(channels.Next, capabilities!);
        }
        catch (SocketException e)
        {
            throw new RpcException(RpcException.StatusCode.Unavailable, $"The name of '{Options.TargetHost}' cannot be looked up: {e.Message}", null);
        }
    }

    private async Task<Link> HandshakeAsync(IPAddress? address, bool gzip, CancellationToken cancellationToken)
    {
        var channel = ChannelFactory.Create(Options, gzip, address);
        try
        {
            var info = await CallAsync(
                channel, RpcPaths.For(WorkflowService.FullName, SystemInfo), SystemInfo, new GetSystemInfoRequest(), GetSystemInfoResponse.Parser,
                null, null, RpcTimeouts.Call, cancellationToken).ConfigureAwait(false);
            return new(() => channel, info.Capabilities ?? new());
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.Unimplemented && gzip && Says(e, "decompress", "grpc-encoding", "compressor"))
        {
            channel.Dispose();
            return await HandshakeAsync(address, gzip: false, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.Unimplemented && Says(e, "unknown method", "unknown service", "method not found", "getsysteminfo"))
        {
            // A server too old to describe itself can do nothing optional.
            return new(() => channel, new());
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    private static bool Says(RpcException error, params string[] texts) =>
        texts.Any(text => error.Message.Contains(text, StringComparison.OrdinalIgnoreCase));

    private void RequireConnected(string property)
    {
        if (!IsConnected)
        {
            throw new InvalidOperationException($"{property} of a lazy connection cannot be set before it is connected. Help: call ConnectAsync first.");
        }
    }

    private sealed record Link(Func<GrpcChannel> Next, GetSystemInfoResponse.Types.Capabilities Capabilities);
}
