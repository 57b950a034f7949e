namespace Temporalio.Client;

/// <summary>How the connection is secured.</summary>
public class TlsOptions : ICloneable
{
    /// <summary>PEM certificates that may vouch for the server. Default: null, the machine's own trust store.</summary>
    public byte[]? ServerRootCACert { get; set; }

    /// <summary>Name to check the server's certificate against. Default: null, the host of the target.</summary>
    public string? Domain { get; set; }

    /// <summary>PEM certificate this client shows; needs <see cref="ClientPrivateKey"/>. Default: null, none.</summary>
    public byte[]? ClientCert { get; set; }

    /// <summary>PEM private key of <see cref="ClientCert"/>. Default: null, none.</summary>
    public byte[]? ClientPrivateKey { get; set; }

    /// <summary>Whether TLS stays off even though these options or an API key are set. Default: false.</summary>
    public bool Disabled { get; set; }

    /// <summary>Makes a copy.</summary>
    /// <returns>The copy.</returns>
    public virtual object Clone() => MemberwiseClone();
}
