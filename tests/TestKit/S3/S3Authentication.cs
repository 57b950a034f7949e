using System.Globalization;

namespace Orchestrator.TestKit.S3;

/// <summary>Whom a request comes from, checked by its signature.</summary>
/// <param name="known">The key pairs.</param>
/// <param name="region">Region that scopes must name.</param>
/// <param name="time">Clock of the server.</param>
internal sealed class S3Authentication(IReadOnlyList<S3Credentials> known, string region, TimeProvider time)
{
    private const long LongestExpiry = 7 * 24 * 3600;
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    /// <summary>Checks the request's signature; the body comes later.</summary>
    public Signed Check(S3Request request)
    {
        if (request.Has("X-Amz-Signature") || request.Has("X-Amz-Algorithm"))
        {
            return CheckPresigned(request);
        }

        var header = request.Header("Authorization") ?? throw new S3Error(403, "AccessDenied", "Access Denied.");
        if (!header.StartsWith(SigV4.Algorithm + " ", StringComparison.Ordinal))
        {
            throw S3Error.InvalidArgument("Unsupported Authorization Type");
        }

        var fields = header[SigV4.Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries).Select(f => f.Split('=', 2)).Where(f => f.Length == 2).ToDictionary(f => f[0], f => f[1]);
        if (!fields.TryGetValue("Credential", out var credential) || !fields.TryGetValue("SignedHeaders", out var signedHeaders) || !fields.TryGetValue("Signature", out var signature))
        {
            throw Malformed("The authorization header is malformed.");
        }

        var date = request.Header("x-amz-date") ?? throw new S3Error(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");
        var signedAt = SigV4.ParseDate(date) ?? throw new S3Error(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");
        if ((time.GetUtcNow() - signedAt).Duration() > Skew)
        {
            throw new S3Error(403, "RequestTimeTooSkewed", "The difference between the request time and the server's time is too large.") { NamesResource = false };
        }

        var payload = request.Header("x-amz-content-sha256") ?? throw new S3Error(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
        return Verify(request, Find(credential, date), date, signedHeaders, signature, request.Query, payload, request.Header("x-amz-security-token"));
    }

    private Signed CheckPresigned(S3Request request)
    {
        var date = request.Parameter("X-Amz-Date");
        var signedAt = SigV4.ParseDate(date) ?? throw QueryError("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
        if (request.Parameter("X-Amz-Algorithm") != SigV4.Algorithm || request.Parameter("X-Amz-Credential") is not { } credential
            || request.Parameter("X-Amz-SignedHeaders") is not { } signedHeaders || request.Parameter("X-Amz-Signature") is not { } signature)
        {
            throw QueryError("Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
        }

        if (!long.TryParse(request.Parameter("X-Amz-Expires"), NumberStyles.None, CultureInfo.InvariantCulture, out var expires) || expires > LongestExpiry)
        {
            throw QueryError("X-Amz-Expires must be less than a week (in seconds) that is 604800");
        }

        if (signedAt > time.GetUtcNow() + Skew)
        {
            throw new S3Error(403, "AccessDenied", "Request is not valid yet");
        }

        if (signedAt.AddSeconds(expires) < time.GetUtcNow())
        {
            throw new S3Error(403, "AccessDenied", "Request has expired");
        }

        var payload = request.Header("x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD";
        return Verify(request, Find(credential, date!), date!, signedHeaders, signature, request.Query.Where(q => q.Name != "X-Amz-Signature"), payload, request.Parameter("X-Amz-Security-Token"));
    }

    private S3Credentials Find(string credential, string date)
    {
        if (credential.Split('/') is not [.. var accessKey, var day, var scopeRegion, var service, "aws4_request"] || day != date[..8] || service != "s3")
        {
            throw Malformed("The authorization header is malformed; the credential is not one of this service and day.");
        }

        var found = known.FirstOrDefault(c => c.AccessKey == string.Join('/', accessKey))
            ?? throw new S3Error(403, "InvalidAccessKeyId", "The Access Key Id you provided does not exist in our records.");
        return scopeRegion == region
            ? found
            : throw Malformed($"The authorization header is malformed; the region '{scopeRegion}' is wrong; expecting '{region}'").WithElement("Region", region);
    }

    private Signed Verify(
        S3Request request, S3Credentials credentials, string date, string signedHeaders, string signature, IEnumerable<(string, string)> query, string payload, string? token)
    {
        var names = signedHeaders.Split(';');
        var unsigned = request.Http.Request.Headers.Keys.Select(k => k.ToLowerInvariant()).Where(k => k.StartsWith("x-amz-", StringComparison.Ordinal)).Except(names).ToArray();
        if (!names.Contains("host") || unsigned.Length > 0)
        {
            throw new S3Error(403, "AccessDenied", "There were headers present in the request which were not signed").WithElement("HeadersNotSigned", string.Join(", ", unsigned));
        }

        var canonical = SigV4.CanonicalRequest(request.Method, request.Path, query, names.Select(n => (n, request.Header(n) ?? "")), payload);
        if (SigV4.Sign(credentials.SecretKey, date, region, SigV4.StringToSign(date, region, canonical)) != signature)
        {
            throw new S3Error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.");
        }

        return credentials.SessionToken == token
            ? new Signed(credentials, date, region, signature, payload)
            : throw new S3Error(400, "InvalidToken", "The provided token is malformed or otherwise invalid.");
    }

    private static S3Error Malformed(string message) => new(400, "AuthorizationHeaderMalformed", message);

    private static S3Error QueryError(string message) => new(400, "AuthorizationQueryParametersError", message);
}

/// <summary>A request whose signature was right.</summary>
/// <param name="Credentials">Whose.</param>
/// <param name="Date">Date of the signature.</param>
/// <param name="Region">Its region.</param>
/// <param name="Signature">The signature: seed of those of a streaming body.</param>
/// <param name="Payload">What was said of the body.</param>
internal sealed record Signed(S3Credentials Credentials, string Date, string Region, string Signature, string Payload);
