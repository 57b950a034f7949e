using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Temporal.Grpc;

/// <summary>Settings of a <see cref="GrpcChannel"/>. Read once when the channel is made.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>
    /// The server: <c>http://host:port</c> (HTTP/2 in clear text) or <c>https://host:port</c> (TLS). A path is ignored.
    /// </summary>
    public required Uri Address { get; set; }

    /// <summary>
    /// Root certificates that may vouch for the server, instead of the machine's own trust store. Default: null, the machine's
    /// store. Certificates in it that are not self-signed serve as intermediates.
    /// </summary>
    public X509Certificate2Collection? ServerRootCertificates { get; set; }

    /// <summary>The certificate, with its private key, that this client shows to the server (mTLS). Default: null, none.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>
    /// The name to ask for (SNI) and to check the server's certificate against, also sent as the authority.
    /// Default: null, the host of <see cref="Address"/>.
    /// </summary>
    public string? ServerName { get; set; }

    /// <summary>
    /// The proxy to connect through. Default: null, directly; the environment's proxy settings are not looked at.
    /// </summary>
    public GrpcProxy? Proxy { get; set; }

    /// <summary>Where to connect instead of looking the host's name up; the name is still the one that is checked and sent. Not with a proxy. Default: unset.</summary>
    public IPAddress? ConnectTo { get; set; }

    /// <summary>How long a connection may be silent before it is probed, with or without calls on it. Default: 30 s.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to a probe may take before the connection counts as dead. Default: 15 s.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one attempt to connect, TLS included, may take. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether requests of 1 KiB and more are compressed. Replies may be compressed in either case. Default: false.</summary>
    public bool GzipRequests { get; set; }

    /// <summary>
    /// Largest reply message accepted, in bytes, both as received and after decompression; a larger one fails its call with
    /// <see cref="GrpcStatusCode.ResourceExhausted"/>. Default: 128 MiB.
    /// </summary>
    public int MaxReceiveBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>The <c>user-agent</c> header of every call. Default: <c>temporal-grpc-dotnet</c>.</summary>
    public string UserAgent { get; set; } = "temporal-grpc-dotnet";
}
