using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Temporal.Grpc.Client;

/// <summary>Translates failures of HTTP, TLS and sockets to gRPC statuses.</summary>
internal static class TransportError
{
    // HTTP/2 error codes (RFC 9113, section 7) that have a status of their own.
    private const long NoError = 0x0;
    private const long RefusedStream = 0x7;
    private const long Cancel = 0x8;
    private const long EnhanceYourCalm = 0xb;
    private const long InadequateSecurity = 0xc;

    /// <summary>True for what a transport fails with. The handler wraps nearly all of it; a connection that is reset in the moment it is made comes as its socket's own error.</summary>
    public static bool Covers(Exception failure) => failure is HttpRequestException or IOException or AuthenticationException or SocketException or ObjectDisposedException;

    public static GrpcException Translate(Exception failure, Uri address, string path)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException http2)
            {
                return new GrpcException(FromHttp2(http2.ErrorCode), $"'{path}' at {Name(address)} was broken off: {http2.Message}", null, failure);
            }
        }

        return new GrpcException(GrpcStatusCode.Unavailable, $"'{path}' failed at {Name(address)}: {Reasons(failure)}{Help(failure)}", null, failure);
    }

    private static GrpcStatusCode FromHttp2(long errorCode) => errorCode switch
    {
        // How a server that stops takes leave of a connection: the call was caught in between.
        NoError or RefusedStream => GrpcStatusCode.Unavailable,
        Cancel => GrpcStatusCode.Cancelled,
        EnhanceYourCalm => GrpcStatusCode.ResourceExhausted,
        InadequateSecurity => GrpcStatusCode.PermissionDenied,
        _ => GrpcStatusCode.Internal,
    };

    private static string Name(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static string Help(Exception failure) => failure switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } =>
            " Help: check that the server runs and that the address is right.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            " Help: check the root certificates, the server name and the client certificate.",
        _ => "",
    };

    // The outer text alone says little ("The SSL connection could not be established, see inner exception").
    private static string Reasons(Exception failure)
    {
        var text = new StringBuilder(failure.Message);
        for (var cause = failure.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (!failure.Message.Contains(cause.Message, StringComparison.Ordinal))
            {
                text.Append(" -> ").Append(cause.Message);
            }
        }

        return text.ToString();
    }
}
