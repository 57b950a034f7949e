using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Temporal.DevServer;

/// <summary>Settings of a <see cref="TemporalDevServer"/>. Read once at start.</summary>
public sealed class DevServerOptions
{
    /// <summary>The address to listen on. Default: 127.0.0.1.</summary>
    public string Ip { get; set; } = "127.0.0.1";

    /// <summary>The port. Default: 0, any free one.</summary>
    public int Port { get; set; }

    /// <summary>The database file, made when absent. Default: null, everything stays in memory and ends with the server.</summary>
    public string? DatabaseFile { get; set; }

    /// <summary>Namespaces to have from the start. Default: <c>default</c>.</summary>
    public IReadOnlyList<string> Namespaces { get; set; } = ["default"];

    /// <summary>Limits; see there.</summary>
    public ServerLimits Limits { get; set; } = new();

    /// <summary>
    /// How many open runs stay in memory, the longest unused leave first and come back when they are needed. Of closed runs it is a
    /// twentieth. Default: 10,000.
    /// </summary>
    public int RunsInMemory { get; set; } = 10_000;

    /// <summary>Clients may pause workflows, which a real server allows only when told to. Default: false.</summary>
    public bool WorkflowPause { get; set; }

    /// <summary>Where logs go. Default: null, nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The clock of all deadlines. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// The clock jumps to the next deadline when nothing else is left to wait for, once a test unlocks that by the calls of
    /// <c>temporal.api.testservice.v1.TestService</c>, which are there only with this. Default: false.
    /// </summary>
    public bool TimeSkipping { get; set; }

    /// <summary>The server's certificate with its private key; the port then speaks TLS only. Default: null, clear text.</summary>
    public X509Certificate2? ServerCertificate { get; set; }

    /// <summary>Intermediate certificates sent along with <see cref="ServerCertificate"/>. Default: null, none.</summary>
    public X509Certificate2Collection? ServerCertificateChain { get; set; }

    /// <summary>
    /// Roots that clients' certificates must lead to; makes a client certificate mandatory (mTLS). Needs <see cref="ServerCertificate"/>.
    /// Default: null, none is asked for.
    /// </summary>
    public X509Certificate2Collection? ClientRootCertificates { get; set; }

    /// <summary>
    /// Calls must carry it as <c>authorization: Bearer KEY</c>; others are answered with UNAUTHENTICATED. Use it with TLS: it travels in
    /// every call. Default: null, no key is asked for.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// A port on the loopback address for <c>/healthz</c> and <c>/metrics</c> (Prometheus) over HTTP/1.1; 0 is any free one. Default: null,
    /// neither is served.
    /// </summary>
    public int? MetricsPort { get; set; }

    internal DevServerOptions With(TimeProvider time)
    {
        var copy = (DevServerOptions)MemberwiseClone();
        copy.TimeProvider = time;
        return copy;
    }
}
