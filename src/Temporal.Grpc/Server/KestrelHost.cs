using System.Net;
using Microsoft.AspNetCore.Hosting.Server;

namespace Temporal.Grpc.Server;

/// <summary>A web server and the container that owns it.</summary>
internal sealed class KestrelHost(IAsyncDisposable owner, IServer server, Func<IPEndPoint> endPoint) : IAsyncDisposable
{
    /// <summary>The server itself.</summary>
    public IServer Server => server;

    /// <summary>Where it listens; valid once it started.</summary>
    public IPEndPoint EndPoint => endPoint();

    public ValueTask DisposeAsync() => owner.DisposeAsync();
}
