using System.IO.Pipelines;
using Google.Protobuf;

namespace Temporal.Grpc.Server;

/// <summary>A mapped method.</summary>
internal sealed class TypedGrpcRoute<TRequest, TResponse>(
    GrpcMethod<TRequest, TResponse> method,
    Func<TRequest, GrpcServerCall, ValueTask<TResponse>> handler) : GrpcRoute
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public override async ValueTask<IMessage> InvokeAsync(PipeReader body, string? encoding, int max, GrpcServerCall call)
    {
        var request = await RequestReader.ReadAsync(body, method.RequestParser, encoding, max).ConfigureAwait(false);
        return await handler(request, call).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"The handler of '{method.Path}' returned null instead of a reply.");
    }
}
