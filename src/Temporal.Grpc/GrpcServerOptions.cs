using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Temporal.Grpc;

/// <summary>Settings of a <see cref="GrpcServer"/>. Read once when the server starts.</summary>
public sealed class GrpcServerOptions
{
    /// <summary>The address to listen on. Default: IPv4 loopback.</summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>The port to listen on. Default: 0, a free one; see <see cref="GrpcServer.EndPoint"/>.</summary>
    public int Port { get; set; }

    /// <summary>The server's certificate with its private key; makes the port speak TLS only. Default: null, clear text.</summary>
    public X509Certificate2? ServerCertificate { get; set; }

    /// <summary>Intermediate certificates sent along with <see cref="ServerCertificate"/>. Default: null, none.</summary>
    public X509Certificate2Collection? ServerCertificateChain { get; set; }

    /// <summary>
    /// Roots that clients' certificates must lead to; makes a client certificate mandatory (mTLS). Default: null, no client
    /// certificate is asked for. Needs <see cref="ServerCertificate"/>.
    /// </summary>
    public X509Certificate2Collection? ClientRootCertificates { get; set; }

    /// <summary>
    /// Largest request message accepted, in bytes, both as received and after decompression; a larger one is answered with
    /// <see cref="GrpcStatusCode.ResourceExhausted"/>. Default: 4 MiB.
    /// </summary>
    public int MaxReceiveBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Replies of at least this many bytes are compressed for callers that accept gzip. Default: null, never; 0 means always.
    /// </summary>
    public int? GzipRepliesFrom { get; set; }

    /// <summary>How many calls one connection may have open; a worker keeps all its long polls on one. Default: 10,000.</summary>
    public int MaxCallsPerConnection { get; set; } = 10_000;

    /// <summary>Where the web server beneath logs, for example refused connections. Default: null, nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }
}
