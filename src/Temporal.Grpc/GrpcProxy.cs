namespace Temporal.Grpc;

/// <summary>An HTTP proxy that connections are made through, by HTTP CONNECT.</summary>
/// <param name="Host">Name or address of the proxy.</param>
/// <param name="Port">Its port.</param>
public sealed record GrpcProxy(string Host, int Port)
{
    /// <summary>User name for the proxy (basic authentication). Default: null, no credentials are sent.</summary>
    public string? UserName { get; init; }

    /// <summary>Password that goes with <see cref="UserName"/>. Default: null, an empty one.</summary>
    public string? Password { get; init; }

    /// <summary>Host and port; never the credentials.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
