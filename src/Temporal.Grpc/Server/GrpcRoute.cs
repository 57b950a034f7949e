using System.IO.Pipelines;
using Google.Protobuf;

namespace Temporal.Grpc.Server;

/// <summary>A mapped method without its message types.</summary>
internal abstract class GrpcRoute
{
    /// <summary>Reads the request and runs the handler.</summary>
    public abstract ValueTask<IMessage> InvokeAsync(PipeReader body, string? encoding, int max, GrpcServerCall call);
}
