using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Client;

/// <summary>Makes the HTTP/2 client beneath a channel.</summary>
internal static class HandlerFactory
{
    private const int StreamWindow = 1024 * 1024;

    // In units of 1,024 bytes; error details travel in headers.
    private const int MaxHeaderUnits = 1024;

    public static SocketsHttpHandler Create(GrpcChannelOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            // A server that allows few calls per connection must not make polls queue behind each other.
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = options.KeepAliveInterval,
            KeepAlivePingTimeout = options.KeepAliveTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            ConnectTimeout = options.ConnectTimeout,
            InitialHttp2StreamWindowSize = StreamWindow,
            MaxResponseHeadersLength = MaxHeaderUnits,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        };
        if (options.Proxy is { } proxy)
        {
            handler.ConnectCallback = (context, cancellationToken) => ProxyTunnel.ConnectAsync(proxy, context.DnsEndPoint, cancellationToken);
        }
        else if (options.ConnectTo is { } address)
        {
            handler.ConnectCallback = (context, cancellationToken) => ConnectAsync(new(address, context.DnsEndPoint.Port), cancellationToken);
        }

        if (options.Address.Scheme == Uri.UriSchemeHttps)
        {
            handler.SslOptions = Tls(options);
        }

        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Tls(GrpcChannelOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.ServerRootCertificates is { } roots)
        {
            tls.CertificateChainPolicy = CertificateTrust.OnlyFrom(roots);
        }

        if (options.ClientCertificate is { } certificate)
        {
            // A context, not a list: it is sent whatever issuers the server names.
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        }

        return tls;
    }
}
