using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Temporal.Grpc.Wire;

namespace Temporal.Grpc.Client;

/// <summary>Reads a call's outcome from headers or trailers.</summary>
internal static class ReplyStatus
{
    /// <summary>The error that headers or trailers carry; null for OK. False when they carry no status at all.</summary>
    public static bool TryRead(HttpResponseHeaders headers, out GrpcException? error)
    {
        error = null;
        if (Value(headers, GrpcHeaders.Status) is not { } status)
        {
            return false;
        }

        if (status == "0")
        {
            return true;
        }

        var message = StatusMessage.Decode(Value(headers, GrpcHeaders.Message) ?? "");
        var code = int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 16
            ? (GrpcStatusCode)number
            : GrpcStatusCode.Unknown;
        var details = Value(headers, GrpcHeaders.StatusDetails) is { } text ? BinaryHeader.Decode(text) : null;
        error = new GrpcException(code, message, details);
        return true;
    }

    /// <summary>The error that stands for a reply which is not gRPC, as proxies give them.</summary>
    public static GrpcException FromHttp(HttpStatusCode status, string path)
    {
        var code = (int)status switch
        {
            400 => GrpcStatusCode.Internal,
            401 => GrpcStatusCode.Unauthenticated,
            403 => GrpcStatusCode.PermissionDenied,
            404 => GrpcStatusCode.Unimplemented,
            429 or 502 or 503 or 504 => GrpcStatusCode.Unavailable,
            _ => GrpcStatusCode.Unknown,
        };
        return new GrpcException(code, $"'{path}' was answered with HTTP status {(int)status} and no gRPC status");
    }

    /// <summary>One header as sent, or null.</summary>
    public static string? Value(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
