using Google.Protobuf;

namespace Temporal.Grpc;

/// <summary>A unary method: its names and how to parse its two messages. Immutable; make one per method and share it.</summary>
/// <typeparam name="TRequest">The request message.</typeparam>
/// <typeparam name="TResponse">The reply message.</typeparam>
public sealed class GrpcMethod<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>Describes a method.</summary>
    /// <param name="service">Full name of the service, package included, for example <c>grpc.health.v1.Health</c>.</param>
    /// <param name="name">Name of the method, for example <c>Check</c>.</param>
    /// <param name="requestParser">Parser of the request, normally <c>TRequest.Parser</c>.</param>
    /// <param name="responseParser">Parser of the reply, normally <c>TResponse.Parser</c>.</param>
    /// <exception cref="ArgumentException">A name is empty or contains a slash.</exception>
    public GrpcMethod(string service, string name, MessageParser<TRequest> requestParser, MessageParser<TResponse> responseParser)
    {
        CheckName(service, nameof(service));
        CheckName(name, nameof(name));
        ArgumentNullException.ThrowIfNull(requestParser);
        ArgumentNullException.ThrowIfNull(responseParser);
        Service = service;
        Name = name;
        Path = $"/{service}/{name}";
        RequestParser = requestParser;
        ResponseParser = responseParser;
    }

    /// <summary>Full name of the service.</summary>
    public string Service { get; }

    /// <summary>Name of the method within its service.</summary>
    public string Name { get; }

    /// <summary>The path of its HTTP requests: <c>/service/name</c>.</summary>
    public string Path { get; }

    /// <summary>Parser of the request message.</summary>
    public MessageParser<TRequest> RequestParser { get; }

    /// <summary>Parser of the reply message.</summary>
    public MessageParser<TResponse> ResponseParser { get; }

    /// <inheritdoc/>
    public override string ToString() => Path;

    private static void CheckName(string value, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(value, parameter);
        if (value.Contains('/', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{value}' is not a name of a gRPC service or method: it contains a slash.", parameter);
        }
    }
}
