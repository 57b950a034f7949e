using Google.Protobuf;

namespace Temporal.DevServer.Frontend;

/// <summary>The server's calls to itself: what it does for a client in the background passes the same checks as the client's own calls.</summary>
internal sealed class LocalCalls
{
    private readonly Dictionary<Type, Func<IMessage, Task>> _handlers = [];

    /// <summary>Makes a method known by its request.</summary>
    public void Add<TRequest, TResponse>(Func<TRequest, ValueTask<TResponse>> handler)
        where TRequest : class, IMessage<TRequest> =>
        _handlers[typeof(TRequest)] = request => handler((TRequest)request).AsTask();

    /// <summary>Makes the call.</summary>
    /// <exception cref="ServiceException">What a client would be told.</exception>
    public Task CallAsync(IMessage request) => _handlers.TryGetValue(request.GetType(), out var handler)
        ? handler(request)
        : throw ServiceErrors.Unimplemented($"unknown method {request.GetType().Name[..^"Request".Length]}");
}
