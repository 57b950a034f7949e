using System.Globalization;
using System.Text;
using Orchestrator.TestKit.S3;

namespace Orchestrator.Conformance.S3;

/// <summary>What is signed, with everything that a case may get wrong.</summary>
internal sealed record S3ToSign
{
    public required string Method { get; init; }

    /// <summary>Percent-encoded path.</summary>
    public required string Path { get; init; }

    public IReadOnlyList<(string Name, string Value)> Query { get; init; } = [];

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public required string PayloadHash { get; init; }

    public string Region { get; init; } = S3Wire.Region;

    public S3Credentials Credentials { get; init; } = S3Wire.Credentials;

    public DateTimeOffset Time { get; init; } = TimeProvider.System.GetUtcNow();

    /// <summary>Headers that are sent but left out of the signature.</summary>
    public IReadOnlyList<(string Name, string Value)> Unsigned { get; init; } = [];

    public string Date => SigV4.Date(Time);

    public string Credential => $"{Credentials.AccessKey}/{SigV4.Scope(Date, Region)}";
}

/// <summary>Signs requests as the recorder did.</summary>
internal static class S3Signer
{
    /// <summary>All headers of the request, the authorization among them.</summary>
    public static IReadOnlyList<(string Name, string Value)> Sign(S3ToSign request) => Sign(request, out _);

    public static IReadOnlyList<(string Name, string Value)> Sign(S3ToSign request, out string signature)
    {
        List<(string Name, string Value)> signed =
        [
            ("host", S3Wire.Host), ("x-amz-content-sha256", request.PayloadHash), ("x-amz-date", request.Date),
            .. request.Headers.Select(h => (Name: h.Name.ToLowerInvariant(), h.Value)).Where(h => h.Name.StartsWith("x-amz-", StringComparison.Ordinal)),
        ];
        signature = SignatureOf(request, request.Query, signed);
        var authorization = $"{SigV4.Algorithm} Credential={request.Credential}, SignedHeaders={string.Join(';', signed.Select(h => h.Name).Order(StringComparer.Ordinal))}, Signature={signature}";
        return [.. request.Headers.Where(h => !h.Name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase)), .. signed, .. request.Unsigned, ("authorization", authorization)];
    }

    /// <summary>The query of a presigned address.</summary>
    public static IReadOnlyList<(string Name, string Value)> Presign(S3ToSign request, string expires)
    {
        List<(string Name, string Value)> query =
        [
            .. request.Query, ("X-Amz-Algorithm", SigV4.Algorithm), ("X-Amz-Credential", request.Credential), ("X-Amz-Date", request.Date),
            ("X-Amz-Expires", expires), ("X-Amz-SignedHeaders", "host"),
        ];
        return [.. query, ("X-Amz-Signature", SignatureOf(request, query, [("host", S3Wire.Host)]))];
    }

    /// <summary>A body in signed or unsigned chunks.</summary>
    public static byte[] Chunks(S3ToSign request, string seed, byte[] body, int chunkSize, (string Name, string Value)? trailer, List<string>? signatures = null)
    {
        var signed = request.PayloadHash.StartsWith("STREAMING-AWS4", StringComparison.Ordinal);
        using var wire = new MemoryStream();
        var previous = seed;
        for (var at = 0; ; at += chunkSize)
        {
            var chunk = body.AsSpan(Math.Min(at, body.Length), Math.Clamp(body.Length - at, 0, chunkSize));
            if (signed)
            {
                previous = SigV4.Sign(request.Credentials.SecretKey, request.Date, request.Region, SigV4.ChunkToSign(request.Date, request.Region, previous, chunk));
                signatures?.Add(previous);
            }

            Write(wire, string.Create(CultureInfo.InvariantCulture, $"{chunk.Length:x}{(signed ? ";chunk-signature=" + previous : "")}\r\n"));
            if (chunk.Length == 0)
            {
                break;
            }

            wire.Write(chunk);
            Write(wire, "\r\n");
        }

        if (trailer is var (name, value))
        {
            Write(wire, $"{name}:{value}\r\n");
            if (signed)
            {
                var signature = SigV4.Sign(request.Credentials.SecretKey, request.Date, request.Region, SigV4.TrailerToSign(request.Date, request.Region, previous, $"{name}:{value}\n"));
                signatures?.Add(signature);
                Write(wire, $"x-amz-trailer-signature:{signature}\r\n");
            }
        }

        Write(wire, "\r\n");
        return wire.ToArray();
    }

    private static string SignatureOf(S3ToSign request, IEnumerable<(string, string)> query, IReadOnlyList<(string, string)> headers) => SigV4.Sign(
        request.Credentials.SecretKey, request.Date, request.Region,
        SigV4.StringToSign(request.Date, request.Region, SigV4.CanonicalRequest(request.Method, Uri.UnescapeDataString(request.Path), query, headers, request.PayloadHash)));

    private static void Write(MemoryStream wire, string text) => wire.Write(Encoding.ASCII.GetBytes(text));
}
