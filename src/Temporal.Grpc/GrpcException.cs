namespace Temporal.Grpc;

/// <summary>
/// A call that ended with a status other than <see cref="GrpcStatusCode.OK"/>. A server handler throws it to answer with that
/// status; <see cref="GrpcChannel"/> throws it for what a server answered and for every failure of the transport.
/// </summary>
public sealed class GrpcException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">The status, not <see cref="GrpcStatusCode.OK"/>.</param>
    /// <param name="message">The text that travels as <c>grpc-message</c>; any Unicode text.</param>
    /// <param name="statusDetails">A serialized <c>google.rpc.Status</c>, or null for none.</param>
    /// <param name="inner">What caused it; never leaves the process.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="code"/> is OK or no gRPC status.</exception>
    public GrpcException(GrpcStatusCode code, string message, byte[]? statusDetails = null, Exception? inner = null)
        : base(message, inner)
    {
        if (code is <= GrpcStatusCode.OK or > GrpcStatusCode.Unauthenticated)
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, "A gRPC error needs a status from 1 to 16.");
        }

        Code = code;
        StatusDetails = statusDetails;
    }

    /// <summary>The status of the call.</summary>
    public GrpcStatusCode Code { get; }

    /// <summary>The serialized <c>google.rpc.Status</c> that came with the error (<c>grpc-status-details-bin</c>), or null.</summary>
    public byte[]? StatusDetails { get; }
}
