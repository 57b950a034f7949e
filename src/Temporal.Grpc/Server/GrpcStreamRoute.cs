using System.IO.Pipelines;
using Google.Protobuf;

namespace Temporal.Grpc.Server;

/// <summary>A mapped method with a stream of requests, each answered with one reply as soon as it came.</summary>
internal abstract class GrpcStreamRoute : GrpcRoute
{
    /// <summary>Serves the stream until the caller ends it.</summary>
    public abstract Task ServeAsync(PipeReader requests, PipeWriter replies, string? encoding, int max, CancellationToken cancellationToken);

    public override ValueTask<IMessage> InvokeAsync(PipeReader body, string? encoding, int max, GrpcServerCall call) =>
        throw new InvalidOperationException($"'{call.Path}' is a stream, not a unary method.");
}
