using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.TestKit.S3;

/// <summary>Reads a request's body whole and checks everything that was said about it: length, hash, chunk signatures, checksums.</summary>
internal static class S3Body
{
    public static async Task ReadAsync(S3Request request, Signed signed, CancellationToken cancellationToken)
    {
        var raw = await ReadAllAsync(request, cancellationToken);
        var trailers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (signed.Payload.StartsWith("STREAMING-", StringComparison.Ordinal))
        {
            request.Body = Decode(request, signed, raw, trailers);
        }
        else
        {
            request.Body = raw;
            if (signed.Payload != "UNSIGNED-PAYLOAD" && signed.Payload != SigV4.Hash(raw))
            {
                throw new S3Error(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
            }
        }

        if (request.Header("Content-MD5") is { } md5 && md5 != Convert.ToBase64String(MD5.HashData(request.Body)))
        {
            throw new S3Error(400, "BadDigest", "The Content-Md5 you specified did not match what we received.");
        }

        var checksums = Checksums.Algorithms.Select(a => (Algorithm: a, Value: request.Header(Checksums.HeaderOf(a)) ?? trailers.GetValueOrDefault(Checksums.HeaderOf(a))))
            .Where(c => c.Value is not null).ToArray();
        if (checksums.Length > 1)
        {
            throw S3Error.InvalidArgument("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
        }

        // On completing an upload the header speaks of the object, not of the list of parts.
        if (checksums is [var (algorithm, value)] && !(request.Method == "POST" && request.Has("uploadId")))
        {
            if (Checksums.Of(algorithm, request.Body) != value)
            {
                throw new S3Error(400, "BadDigest", $"The {algorithm.ToUpperInvariant()} you specified did not match the calculated checksum.");
            }

            request.Checksum = (algorithm, value!);
        }
    }

    private static async Task<byte[]> ReadAllAsync(S3Request request, CancellationToken cancellationToken)
    {
        try
        {
            if (request.Http.Request.ContentLength is { } length)
            {
                var bytes = GC.AllocateUninitializedArray<byte>(checked((int)length));
                await request.Http.Request.Body.ReadExactlyAsync(bytes, cancellationToken);
                return bytes;
            }

            using var buffer = new MemoryStream();
            await request.Http.Request.Body.CopyToAsync(buffer, cancellationToken);
            return buffer.ToArray();
        }
        catch (Exception e) when (e is Microsoft.AspNetCore.Http.BadHttpRequestException or EndOfStreamException)
        {
            throw new S3Error(400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header");
        }
    }

    /// <summary>Chunks <c>hex-size[;chunk-signature=…] CRLF data CRLF</c>, the last of size 0, then trailers.</summary>
    private static byte[] Decode(S3Request request, Signed signed, byte[] raw, Dictionary<string, string> trailers)
    {
        var isSigned = signed.Payload.StartsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", StringComparison.Ordinal);
        var hasTrailer = signed.Payload.EndsWith("-TRAILER", StringComparison.Ordinal);
        if (!long.TryParse(request.Header("x-amz-decoded-content-length"), NumberStyles.None, CultureInfo.InvariantCulture, out var expected))
        {
            throw new S3Error(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
        }

        using var decoded = new MemoryStream(checked((int)expected));
        var previous = signed.Signature;
        var at = 0;
        while (true)
        {
            var line = Line(raw, ref at).Split(';');
            if (!int.TryParse(line[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) || size > raw.Length - at)
            {
                throw Incomplete();
            }

            var chunk = raw.AsSpan(at, size);
            if (isSigned)
            {
                var signature = line.Length > 1 ? line[1].Replace("chunk-signature=", "", StringComparison.Ordinal) : "";
                if (SigV4.Sign(signed.Credentials.SecretKey, signed.Date, signed.Region, SigV4.ChunkToSign(signed.Date, signed.Region, previous, chunk)) != signature)
                {
                    throw BadSignature();
                }

                previous = signature;
            }

            decoded.Write(chunk);
            at += size;
            if (size == 0)
            {
                break;
            }

            if (Line(raw, ref at).Length > 0)
            {
                throw Incomplete();
            }
        }

        var trailerText = new StringBuilder();
        string? trailerSignature = null;
        while (hasTrailer && Line(raw, ref at) is { Length: > 0 } trailer)
        {
            var (name, value) = (trailer.Split(':', 2)[0].Trim().ToLowerInvariant(), trailer.Split(':', 2)[^1].Trim());
            if (name == "x-amz-trailer-signature")
            {
                trailerSignature = value;
                continue;
            }

            trailers[name] = value;
            trailerText.Append(name).Append(':').Append(value).Append('\n');
        }

        if (isSigned && hasTrailer
            && SigV4.Sign(signed.Credentials.SecretKey, signed.Date, signed.Region, SigV4.TrailerToSign(signed.Date, signed.Region, previous, trailerText.ToString())) != trailerSignature)
        {
            throw BadSignature();
        }

        if (hasTrailer && request.Header("x-amz-trailer")?.Split(',', StringSplitOptions.TrimEntries).FirstOrDefault(t => !trailers.ContainsKey(t)) is { } missing)
        {
            throw new S3Error(400, "MalformedTrailerError", $"The request contained trailing data that was not well-formed: '{missing}' was announced and did not come.");
        }

        return decoded.Length == expected ? decoded.ToArray() : throw Incomplete();
    }

    private static string Line(byte[] raw, ref int at)
    {
        var end = raw.AsSpan(at).IndexOf("\r\n"u8);
        if (end < 0)
        {
            return at == raw.Length ? "" : throw Incomplete();
        }

        var line = Encoding.UTF8.GetString(raw, at, end);
        at += end + 2;
        return line;
    }

    private static S3Error Incomplete() => new(400, "IncompleteBody", "The request body terminated unexpectedly");

    private static S3Error BadSignature() => new(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.");
}
