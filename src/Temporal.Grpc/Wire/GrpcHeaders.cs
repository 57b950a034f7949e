namespace Temporal.Grpc.Wire;

/// <summary>Header and trailer names, and their fixed values.</summary>
internal static class GrpcHeaders
{
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string StatusDetails = "grpc-status-details-bin";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string BinarySuffix = "-bin";

    public const string ContentType = "application/grpc";
    public const string Gzip = "gzip";
    public const string Identity = "identity";
    public const string SupportedEncodings = "gzip,identity";

    /// <summary>Whether a content type is gRPC with protobuf messages. gRPC-Web has the same prefix and is another protocol.</summary>
    public static bool IsGrpc(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is ';' or '+' or ' ');
}
