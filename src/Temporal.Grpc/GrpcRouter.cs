using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Temporal.Grpc.Server;

namespace Temporal.Grpc;

/// <summary>The methods that a <see cref="GrpcServer"/> answers. Fill it before the server starts; it is not changed afterwards.</summary>
public sealed class GrpcRouter
{
    private readonly Dictionary<string, GrpcRoute> _routes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);

    /// <summary>
    /// Called after every call with its outcome and duration, on the call's own thread: it must be quick and must not throw.
    /// A caller that went away counts as <see cref="GrpcStatusCode.Cancelled"/>. Default: null.
    /// </summary>
    public Action<GrpcServerCall, GrpcStatusCode, TimeSpan>? OnCompleted { get; set; }

    /// <summary>
    /// Called with every exception that a handler did not mean (anything but <see cref="GrpcException"/> and cancellation). The
    /// caller gets <see cref="GrpcStatusCode.Internal"/> with the error id and nothing else of it. It must not throw. Default: null.
    /// </summary>
    public Action<GrpcServerCall, Exception, string>? OnFault { get; set; }

    /// <summary>
    /// Called before every call, on its headers alone: the error it returns is the answer, null lets the call through. It must not
    /// throw. Default: null, every call is let through.
    /// </summary>
    public Func<GrpcServerCall, GrpcException?>? Guard { get; set; }

    /// <summary>Adds a method.</summary>
    /// <param name="method">Its names and messages.</param>
    /// <param name="handler">
    /// Answers a call. Throws <see cref="GrpcException"/> to answer with an error status; other exceptions become INTERNAL.
    /// </param>
    /// <exception cref="ArgumentException">The method is mapped already.</exception>
    public void Map<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, Func<TRequest, GrpcServerCall, ValueTask<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(handler);
        if (!_routes.TryAdd(method.Path, new TypedGrpcRoute<TRequest, TResponse>(method, handler)))
        {
            throw new ArgumentException($"The method '{method.Path}' is mapped already.", nameof(method));
        }

        _services.Add(method.Service);
    }

    /// <summary>Adds a method with a stream of requests; each is answered, in order, with one reply as soon as it came.</summary>
    /// <param name="method">Its names and messages.</param>
    /// <param name="handler">Answers one request of a stream. It must not throw: replies may have left already.</param>
    /// <exception cref="ArgumentException">The method is mapped already.</exception>
    public void MapStream<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, Func<TRequest, TResponse> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(handler);
        if (!_routes.TryAdd(method.Path, new TypedGrpcStreamRoute<TRequest, TResponse>(method, handler)))
        {
            throw new ArgumentException($"The method '{method.Path}' is mapped already.", nameof(method));
        }

        _services.Add(method.Service);
    }

    /// <summary>Names a service as known: its methods that are not mapped are answered with <c>unknown method</c>.</summary>
    public void AddService(string service)
    {
        ArgumentException.ThrowIfNullOrEmpty(service);
        _services.Add(service);
    }

    internal bool TryFind(string path, [NotNullWhen(true)] out GrpcRoute? route) => _routes.TryGetValue(path, out route);

    /// <summary>The answer to a path without a route. Clients look for these very words to find out what a server can do.</summary>
    internal GrpcException Unknown(string path)
    {
        var slash = path.LastIndexOf('/');
        if (slash <= 0)
        {
            return new GrpcException(GrpcStatusCode.Unimplemented, $"malformed method name: \"{path}\"");
        }

        var service = path[1..slash];
        return new GrpcException(GrpcStatusCode.Unimplemented, _services.Contains(service)
            ? $"unknown method {path[(slash + 1)..]} for service {service}"
            : $"unknown service {service}");
    }
}
