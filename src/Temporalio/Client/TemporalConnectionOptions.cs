using Temporalio.Runtime;

namespace Temporalio.Client;

/// <summary>Options of a connection.</summary>
public class TemporalConnectionOptions : ICloneable
{
    /// <summary>Creates options without a target.</summary>
    public TemporalConnectionOptions()
    {
    }

    /// <summary>Creates options.</summary>
    /// <param name="targetHost">The server as <c>host:port</c>.</param>
    public TemporalConnectionOptions(string targetHost) => TargetHost = targetHost;

    /// <summary>The server as <c>host:port</c>, without scheme; required.</summary>
    public string? TargetHost { get; set; }

    /// <summary>TLS. Default: unset, off unless <see cref="ApiKey"/> is set.</summary>
    public TlsOptions? Tls { get; set; }

    /// <summary>How calls that may be retried are retried. Default: unset, the defaults of <see cref="RpcRetryOptions"/>.</summary>
    public RpcRetryOptions? RpcRetry { get; set; }

    /// <summary>How a silent connection is probed. Default: every 30 seconds; null for never.</summary>
    public KeepAliveOptions? KeepAlive { get; set; } = new();

    /// <summary>Proxy to connect through. Default: none.</summary>
    public HttpConnectProxyOptions? HttpConnectProxy { get; set; }

    /// <summary>Spreading calls over all addresses of the name. Default: none. Not together with <see cref="HttpConnectProxy"/>.</summary>
    public DnsLoadBalancingOptions? DnsLoadBalancing { get; set; }

    /// <summary>How requests are compressed. Default: gzip.</summary>
    public GrpcCompression GrpcCompression { get; set; } = new GrpcCompression.Gzip();

    /// <summary>Sizes of payloads that are logged as large. Default: see <see cref="PayloadLimitsOptions"/>.</summary>
    public PayloadLimitsOptions PayloadLimits { get; set; } = new();

    /// <summary>Metadata sent with every call. Default: none.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>>? RpcMetadata { get; set; }

    /// <summary>Binary metadata sent with every call; names end in <c>-bin</c>. Default: none.</summary>
    public IReadOnlyCollection<KeyValuePair<string, byte[]>>? RpcBinaryMetadata { get; set; }

    /// <summary>Key sent as bearer token; turns TLS on unless <see cref="Tls"/> says otherwise. Default: none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Who this process is, as seen in histories. Default: unset, <c>pid@host</c>.</summary>
    public string? Identity { get; set; }

    /// <summary>Runtime whose metrics are used. Default: unset, <see cref="TemporalRuntime.Default"/>.</summary>
    public TemporalRuntime? Runtime { get; set; }

    /// <summary>Makes a copy, nested options included; the runtime is shared.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone()
    {
        var copy = (TemporalConnectionOptions)MemberwiseClone();
        copy.Tls = (TlsOptions?)Tls?.Clone();
        copy.RpcRetry = (RpcRetryOptions?)RpcRetry?.Clone();
        copy.KeepAlive = (KeepAliveOptions?)KeepAlive?.Clone();
        copy.HttpConnectProxy = (HttpConnectProxyOptions?)HttpConnectProxy?.Clone();
        copy.PayloadLimits = (PayloadLimitsOptions)PayloadLimits.Clone();
        copy.DnsLoadBalancing = (DnsLoadBalancingOptions?)DnsLoadBalancing?.Clone();
        return copy;
    }
}
