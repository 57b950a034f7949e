using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.TestKit.S3;

/// <summary>AWS Signature Version 4 for S3, as https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html defines it.</summary>
public static class SigV4
{
    /// <summary>Name of the algorithm.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>SHA-256 of nothing.</summary>
    public const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>A time as signatures write it.</summary>
    public static string Date(DateTimeOffset time) => time.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads a time of a signature; null when it is none.</summary>
    public static DateTimeOffset? ParseDate(string? text) =>
        DateTimeOffset.TryParseExact(text, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>Lower-case hex of SHA-256.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Percent-encodes everything but unreserved characters.</summary>
    public static string Encode(string text, bool keepSlash = false)
    {
        var encoded = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            _ = char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~' || (keepSlash && b == '/')
                ? encoded.Append((char)b)
                : encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return encoded.ToString();
    }

    /// <summary>The request in the form that is signed.</summary>
    /// <param name="method">GET, PUT and so on.</param>
    /// <param name="path">Decoded path.</param>
    /// <param name="query">Decoded query without the signature.</param>
    /// <param name="headers">The signed headers, names in lower case.</param>
    /// <param name="payloadHash">Hash of the body or one of the words that stand for it.</param>
    public static string CanonicalRequest(
        string method, string path, IEnumerable<(string Name, string Value)> query, IEnumerable<(string Name, string Value)> headers, string payloadHash)
    {
        var ordered = headers.OrderBy(h => h.Name, StringComparer.Ordinal).ToList();
        var parameters = query.Select(q => (Name: Encode(q.Name), Value: Encode(q.Value))).OrderBy(q => q.Name, StringComparer.Ordinal).ThenBy(q => q.Value, StringComparer.Ordinal);
        return string.Join('\n',
            method,
            Encode(path, keepSlash: true),
            string.Join('&', parameters.Select(q => $"{q.Name}={q.Value}")),
            string.Concat(ordered.Select(h => $"{h.Name}:{string.Join(' ', h.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))}\n")),
            string.Join(';', ordered.Select(h => h.Name)),
            payloadHash);
    }

    /// <summary>Where and when a signature holds.</summary>
    public static string Scope(string date, string region) => $"{date[..8]}/{region}/s3/aws4_request";

    /// <summary>What is signed for a request.</summary>
    public static string StringToSign(string date, string region, string canonicalRequest) =>
        $"{Algorithm}\n{date}\n{Scope(date, region)}\n{Hash(Encoding.UTF8.GetBytes(canonicalRequest))}";

    /// <summary>What is signed for one chunk of a streaming body.</summary>
    public static string ChunkToSign(string date, string region, string previous, ReadOnlySpan<byte> chunk) =>
        $"{Algorithm}-PAYLOAD\n{date}\n{Scope(date, region)}\n{previous}\n{EmptyHash}\n{Hash(chunk)}";

    /// <summary>What is signed for the trailers of a streaming body.</summary>
    /// <param name="date">Date of the request.</param>
    /// <param name="region">Region of the scope.</param>
    /// <param name="previous">Signature of the last chunk.</param>
    /// <param name="trailers">Lines <c>name:value</c>, each ended by a line feed.</param>
    public static string TrailerToSign(string date, string region, string previous, string trailers) =>
        $"{Algorithm}-TRAILER\n{date}\n{Scope(date, region)}\n{previous}\n{Hash(Encoding.UTF8.GetBytes(trailers))}";

    /// <summary>The signature.</summary>
    public static string Sign(string secretKey, string date, string region, string toSign)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (var part in (string[])[date[..8], region, "s3", "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
    }
}
