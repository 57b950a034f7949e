using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Temporal.Grpc.Server;

namespace Temporal.Grpc;

/// <summary>
/// A server of unary gRPC calls on one port, which may serve HTTP/1.1 (a JSON API, pages) on the same port. Disposing stops it,
/// with two seconds for running calls to end.
/// </summary>
public sealed class GrpcServer : IAsyncDisposable
{
    // Enough for replies on their way; cutting those off would lose tasks already handed to a worker.
    private static readonly TimeSpan DisposalGrace = TimeSpan.FromSeconds(2);

    private readonly KestrelHost _host;
    private readonly CancellationTokenSource _stopping;
    private readonly string _scheme;
    private readonly Lock _gate = new();
    private Task? _stopped;

    private GrpcServer(KestrelHost host, string scheme, CancellationTokenSource stopping)
    {
        _host = host;
        _scheme = scheme;
        _stopping = stopping;
        EndPoint = host.EndPoint;
    }

    /// <summary>The address and the port that the server listens on.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Where a client on this machine reaches the server.</summary>
    public Uri Uri
    {
        get
        {
            var host = EndPoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
                : EndPoint.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
                : EndPoint.Address;
            return new Uri($"{_scheme}://{new IPEndPoint(host, EndPoint.Port)}");
        }
    }

    /// <summary>Starts listening; calls are served when the task completes.</summary>
    /// <param name="options">Settings, copied by use: do not change them afterwards.</param>
    /// <param name="router">The methods to serve.</param>
    /// <param name="http1">Serves every request that is not gRPC, HTTP/1.1 or not. Default: null, they are refused with 415.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="ArgumentException">Client certificates are asked for without TLS, or a limit is not positive.</exception>
    /// <exception cref="IOException">The address cannot be listened on, for example because the port is taken.</exception>
    public static async Task<GrpcServer> StartAsync(
        GrpcServerOptions options, GrpcRouter router, RequestDelegate? http1 = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(router);
        Check(options);

        var stopping = new CancellationTokenSource();
        var host = KestrelFactory.Create(options);
        try
        {
            var application = new GrpcHttpApplication(new GrpcDispatcher(router, options, stopping.Token), http1);
            await host.Server.StartAsync(application, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await host.DisposeAsync().ConfigureAwait(false);
            stopping.Dispose();
            if (e is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
            {
                // Linux lets several sockets bind one port while none of them listens yet: that another process was quicker shows at the listen, which Kestrel does not translate.
                throw new IOException($"Failed to bind to address {new IPEndPoint(options.Address, options.Port)}: address already in use.", new AddressInUseException(e.Message, e));
            }

            throw;
        }

        return new GrpcServer(host, options.ServerCertificate is null ? "http" : "https", stopping);
    }

    /// <summary>
    /// Stops: no new connections, the calls' tokens are cancelled at once so that polls end, and calls still running after
    /// <paramref name="grace"/> are cut off. Further calls of this method return the first one's task.
    /// </summary>
    /// <param name="grace">How long running calls may take to end; zero cuts them off at once.</param>
    public Task StopAsync(TimeSpan grace)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        lock (_gate)
        {
            return _stopped ??= StopCoreAsync(grace);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(DisposalGrace).ConfigureAwait(false);

    private static void Check(GrpcServerOptions options)
    {
        if (options.ClientRootCertificates is not null && options.ServerCertificate is null)
        {
            throw new ArgumentException(
                $"{nameof(options.ClientRootCertificates)} asks for client certificates but {nameof(options.ServerCertificate)} is not set. "
                + "Help: client certificates exist only over TLS; set the server's certificate too.", nameof(options));
        }

        if (options.MaxReceiveBytes <= 0 || options.MaxCallsPerConnection <= 0)
        {
            throw new ArgumentException(
                $"{nameof(options.MaxReceiveBytes)} and {nameof(options.MaxCallsPerConnection)} must be positive, "
                + $"seen {options.MaxReceiveBytes} and {options.MaxCallsPerConnection}.", nameof(options));
        }
    }

    private async Task StopCoreAsync(TimeSpan grace)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        using var patience = new CancellationTokenSource(grace);
        await _host.Server.StopAsync(patience.Token).ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }
}
