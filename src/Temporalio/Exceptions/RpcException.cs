using Google.Protobuf;
using Temporalio.Api.Common.V1;

namespace Temporalio.Exceptions;

/// <summary>The server, or the way to it, answered a call with an error.</summary>
public class RpcException : TemporalException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">Status of the call.</param>
    /// <param name="message">Text of the status.</param>
    /// <param name="rawStatus">Serialized status message with its details; null when the call carried none.</param>
    public RpcException(StatusCode code, string message, byte[]? rawStatus)
        : base(message)
    {
        Code = code;
        RawStatus = rawStatus;
        GrpcStatus = new(() => RawStatus is { Length: > 0 } raw ? Parse(raw) : null);
    }

    /// <summary>The status codes of gRPC.</summary>
#pragma warning disable CA1720 // The names are gRPC's own.
    public enum StatusCode
    {
        /// <summary>Success.</summary>
        OK = 0,

        /// <summary>The call was cancelled, typically by the caller.</summary>
        Cancelled = 1,

        /// <summary>An error without a better code.</summary>
        Unknown = 2,

        /// <summary>The request is wrong whatever the state of the system.</summary>
        InvalidArgument = 3,

        /// <summary>The call did not end in time; it may still have taken effect.</summary>
        DeadlineExceeded = 4,

        /// <summary>The thing asked for does not exist (any more).</summary>
        NotFound = 5,

        /// <summary>The thing to be created exists already.</summary>
        AlreadyExists = 6,

        /// <summary>The caller may not do this.</summary>
        PermissionDenied = 7,

        /// <summary>A quota or limit is used up.</summary>
        ResourceExhausted = 8,

        /// <summary>The system is not in the state the operation needs.</summary>
        FailedPrecondition = 9,

        /// <summary>The operation was aborted by a concurrent one.</summary>
        Aborted = 10,

        /// <summary>The operation went past the valid range.</summary>
        OutOfRange = 11,

        /// <summary>The server does not know or support the operation.</summary>
        Unimplemented = 12,

        /// <summary>An invariant of the server is broken.</summary>
        Internal = 13,

        /// <summary>The service cannot be reached right now; trying again is reasonable.</summary>
        Unavailable = 14,

        /// <summary>Data was lost or corrupted.</summary>
        DataLoss = 15,

        /// <summary>The caller gave no valid credentials.</summary>
        Unauthenticated = 16,
    }
#pragma warning restore CA1720

    /// <summary>Status of the call.</summary>
    public StatusCode Code { get; }

    /// <summary>The parsed status with its details, made on first use; its value is null when the call carried none.</summary>
    public Lazy<GrpcStatus?> GrpcStatus { get; }

    /// <summary>The serialized status message; null when the call carried none.</summary>
    public byte[]? RawStatus { get; }

    /// <summary>Reads the first detail of the given error-detail message, or null when the status does not carry it.</summary>
    /// <remarks>Compares type names as text so that reading an error does not load the descriptors of the whole API.</remarks>
    internal T? DetailOrNull<T>(string typeName, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        foreach (var detail in GrpcStatus.Value?.Details ?? [])
        {
            if (detail.TypeUrl.AsSpan(detail.TypeUrl.LastIndexOf('/') + 1).SequenceEqual(typeName))
            {
                return parser.ParseFrom(detail.Value);
            }
        }

        return null;
    }

    private static GrpcStatus? Parse(byte[] raw)
    {
        try
        {
            return Api.Common.V1.GrpcStatus.Parser.ParseFrom(raw);
        }
        catch (InvalidProtocolBufferException)
        {
            // A proxy's garbage in the details must not hide the status itself.
            return null;
        }
    }
}
