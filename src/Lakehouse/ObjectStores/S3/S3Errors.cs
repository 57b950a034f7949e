using System.Net;
using System.Xml;
using Amazon.Runtime;
using Amazon.S3;

namespace Lakehouse.ObjectStores.S3;

/// <summary>Tells failures of S3 apart: nothing there, lost, try again, give up. Texts carry status, code and request id, nothing the request carried.</summary>
internal static class S3Errors
{
    private static readonly HashSet<string> TransientCodes = new(StringComparer.Ordinal)
    {
        "ConditionalRequestConflict", "ExpiredToken", "InternalError", "OperationAborted", "RequestTimeout", "RequestTimeTooSkewed", "ServiceUnavailable",
        "SlowDown", "Throttling", "ThrottlingException", "TooManyRequests",
    };

    /// <summary>There is no such object. A bucket that is not there is another matter.</summary>
    public static bool IsAbsent(this AmazonS3Exception e) => e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode is not ("NoSuchBucket" or "NoSuchUpload");

    /// <summary>The condition of the request does not hold.</summary>
    public static bool IsPreconditionFailed(this AmazonS3Exception e) => e.StatusCode == HttpStatusCode.PreconditionFailed;

    /// <summary>The upload is not there: aborted, or completed already.</summary>
    public static bool IsNoUpload(this AmazonS3Exception e) => e.ErrorCode == "NoSuchUpload";

    /// <summary>The same request may succeed when sent again.</summary>
    public static bool IsTransient(Exception e) => e switch
    {
        // No status: no answer. A status of success: an answer that could not be read, cut or no XML.
        AmazonServiceException s => TransientCodes.Contains(s.ErrorCode ?? "") || (int)s.StatusCode is 0 or 409 or 429 or 500 or 502 or 503 or 504 or (>= 200 and < 300)
            || s.InnerException is XmlException,
        AmazonClientException => !IsNoCredentials(e),
        HttpRequestException or IOException or TimeoutException or OperationCanceledException or XmlException or BrokenAnswerException => true,
        _ => false,
    };

    /// <summary>What callers see.</summary>
    public static Exception Translate(Exception e, string what, string store)
    {
        if (e is LakehouseException or ArgumentException)
        {
            return e;
        }

        var (code, help) = e switch
        {
            _ when IsTransient(e) => ("store.unavailable", "try again later"),
            AmazonS3Exception { ErrorCode: "NoSuchBucket" } => ("store.bucket", "create the bucket, or correct its name"),
            AmazonS3Exception { StatusCode: HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect } or AmazonS3Exception { ErrorCode: "AuthorizationHeaderMalformed" } =>
                ("store.region", "set the region or the endpoint to the bucket's"),
            AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => ("store.denied", "check what the credentials may do and the machine's clock"),
            _ when IsNoCredentials(e) => ("store.credentials", "set credentials where the lake's settings refer to them"),
            _ => ("store.failed", "see the code"),
        };
        var seen = e is AmazonServiceException { StatusCode: not 0 } s ? $"{(int)s.StatusCode} {s.ErrorCode} (request {s.RequestId})" : e is AmazonClientException or BrokenAnswerException ? e.Message : e.GetBaseException().GetType().Name;
        return new LakehouseException(code, $"{what} in '{store}' failed: {seen}. Help: {help}.", IsTransient(e), e is AmazonServiceException ? null : e);
    }

    private static bool IsNoCredentials(Exception e) => e is AmazonClientException && e.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase);
}

/// <summary>An answer that is not what was promised: too short, or its checksum is wrong.</summary>
/// <param name="message">What was expected and seen.</param>
internal sealed class BrokenAnswerException(string message) : Exception(message);
