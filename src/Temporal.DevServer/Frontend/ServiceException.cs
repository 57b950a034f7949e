using Google.Protobuf;
using Temporal.Grpc;

namespace Temporal.DevServer.Frontend;

/// <summary>A request that is answered with an error, with at most one typed detail.</summary>
internal sealed class ServiceException(GrpcStatusCode code, string message, string detailType = "", IMessage? detail = null) : Exception(message)
{
    public GrpcStatusCode Code { get; } = code;

    /// <summary>Full name of the detail's message, or empty.</summary>
    public string DetailType { get; } = detailType;

    public IMessage? Detail { get; } = detail;
}
