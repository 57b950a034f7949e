namespace Temporalio.Client;

/// <summary>A proxy to connect through by HTTP CONNECT.</summary>
public class HttpConnectProxyOptions : ICloneable
{
    /// <summary>Creates empty options.</summary>
    public HttpConnectProxyOptions()
    {
    }

    /// <summary>Creates the options.</summary>
    /// <param name="targetHost">The proxy as <c>host:port</c>.</param>
    public HttpConnectProxyOptions(string targetHost) => TargetHost = targetHost;

    /// <summary>The proxy as <c>host:port</c>; required.</summary>
    public string? TargetHost { get; set; }

    /// <summary>Credentials for the proxy. Default: none.</summary>
    public (string Username, string Password)? BasicAuth { get; set; }

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
