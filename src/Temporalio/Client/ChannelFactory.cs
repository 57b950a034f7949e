using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Temporal.Grpc;
using Temporalio.Worker;

namespace Temporalio.Client;

/// <summary>Makes the transport of a connection from its options.</summary>
internal static class ChannelFactory
{
    /// <summary>Makes a channel; nothing is connected yet.</summary>
    /// <exception cref="ArgumentException">The options do not describe a server.</exception>
    internal static GrpcChannel Create(TemporalConnectionOptions options, bool gzip, IPAddress? address = null)
    {
        Check(options);
        var tls = options.Tls is { Disabled: false } given ? given
            : options.Tls is null && !string.IsNullOrEmpty(options.ApiKey) ? new TlsOptions()
            : null;
        var scheme = tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        if (!Uri.TryCreate($"{scheme}://{options.TargetHost}", UriKind.Absolute, out var target) || target.PathAndQuery != "/")
        {
            throw new ArgumentException($"TargetHost '{options.TargetHost}' is not of the form 'host:port'.", nameof(options));
        }

        var channel = new GrpcChannelOptions
        {
            Address = target,
            ConnectTo = address,
            GzipRequests = gzip,
            KeepAliveInterval = options.KeepAlive?.Interval ?? Timeout.InfiniteTimeSpan,
            KeepAliveTimeout = options.KeepAlive?.Timeout ?? Timeout.InfiniteTimeSpan,
            UserAgent = $"{SdkIdentity.Name}/{SdkIdentity.Version}",
        };
        if (options.HttpConnectProxy is { } proxy)
        {
            channel.Proxy = ReadProxy(proxy);
        }

        if (tls is not null)
        {
            channel.ServerName = string.IsNullOrEmpty(tls.Domain) ? null : tls.Domain;
            channel.ServerRootCertificates = tls.ServerRootCACert is { } roots ? ReadRoots(roots) : null;
            channel.ClientCertificate = ReadClientCertificate(tls);
        }

        return new(channel);
    }

    /// <summary>Looks the target's name up, for a connection that spreads its calls.</summary>
    internal static Task<IPAddress[]> LookUpAsync(TemporalConnectionOptions options, CancellationToken cancellationToken)
    {
        Check(options);
        return Dns.GetHostAddressesAsync(options.TargetHost![..options.TargetHost!.LastIndexOf(':')].Trim('[', ']'), cancellationToken);
    }

    private static void Check(TemporalConnectionOptions options)
    {
        if (string.IsNullOrEmpty(options.TargetHost))
        {
            throw new ArgumentException("TargetHost is required to connect. Help: set it to 'host:port', for example 'localhost:7233'.", nameof(options));
        }

        if (options.TargetHost.Contains("://", StringComparison.Ordinal))
        {
            throw new ArgumentException($"TargetHost '{options.TargetHost}' must not have a scheme. Help: write 'host:port' and set Tls.", nameof(options));
        }

        if (options.DnsLoadBalancing is not { } balancing)
        {
            return;
        }

        if (options.HttpConnectProxy is not null)
        {
            throw new ArgumentException("DnsLoadBalancing cannot be used with HttpConnectProxy: the proxy looks the target's name up.", nameof(options));
        }

        if (balancing.ResolutionInterval <= TimeSpan.Zero)
        {
            throw new ArgumentException($"DnsLoadBalancing.ResolutionInterval must be positive, seen {balancing.ResolutionInterval}.", nameof(options));
        }
    }

    private static GrpcProxy ReadProxy(HttpConnectProxyOptions options)
    {
        if (!Uri.TryCreate($"http://{options.TargetHost}", UriKind.Absolute, out var address) || address.PathAndQuery != "/"
            || !options.TargetHost!.EndsWith($":{address.Port}", StringComparison.Ordinal))
        {
            throw new ArgumentException($"HttpConnectProxy.TargetHost '{options.TargetHost}' is not of the form 'host:port'.", nameof(options));
        }

        return options.BasicAuth is var (user, password)
            ? new(address.Host, address.Port) { UserName = user, Password = password }
            : new(address.Host, address.Port);
    }

    private static X509Certificate2Collection ReadRoots(byte[] pem)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(Encoding.UTF8.GetString(pem));
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException($"Tls.ServerRootCACert cannot be read: {e.Message}", e);
        }

        return roots.Count > 0 ? roots : throw new ArgumentException("Tls.ServerRootCACert holds no PEM certificate.");
    }

    private static X509Certificate2? ReadClientCertificate(TlsOptions tls)
    {
        if (tls.ClientCert is null && tls.ClientPrivateKey is null)
        {
            return null;
        }

        if (tls.ClientCert is null || tls.ClientPrivateKey is null)
        {
            throw new ArgumentException("Tls.ClientCert and Tls.ClientPrivateKey must be set together.");
        }

        try
        {
            return X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(tls.ClientCert), Encoding.UTF8.GetString(tls.ClientPrivateKey));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // An ArgumentException: the key is readable and belongs to another certificate.
            throw new ArgumentException($"Tls.ClientCert with its private key cannot be read: {e.Message}", e);
        }
    }
}
