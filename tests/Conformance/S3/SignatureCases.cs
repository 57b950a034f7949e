using System.Text.Json.Nodes;
using Orchestrator.TestKit.S3;

namespace Orchestrator.Conformance.S3;

/// <summary>Signatures of requests that the recorded server accepted, made again.</summary>
internal static class SignatureCases
{
    /// <summary>Canonical request, string to sign and signature of one request.</summary>
    public static CaseResult Judge(JsonObject vector)
    {
        var id = $"sigv4-vectors/{vector["name"]}";
        var query = vector["query"]!.AsArray().Select(q => ((string)q![0]!, (string)q[1]!)).ToList();
        var headers = vector["signedHeaders"]!.AsObject().Select(h => (h.Key, (string)h.Value!)).ToList();
        var date = (string?)vector["signedHeaders"]!["x-amz-date"] ?? query.First(q => q.Item1 == "X-Amz-Date").Item2;
        var region = (string)vector["region"]!;
        var canonical = SigV4.CanonicalRequest((string)vector["method"]!, Uri.UnescapeDataString((string)vector["path"]!), query, headers, (string)vector["payloadHash"]!);
        var toSign = SigV4.StringToSign(date, region, canonical);
        return Compare(
            id,
            ("canonicalRequest", (string)vector["canonicalRequest"]!, canonical),
            ("stringToSign", (string)vector["stringToSign"]!, toSign),
            ("signature", (string)vector["signature"]!, SigV4.Sign((string)vector["secretKey"]!, date, region, toSign)));
    }

    /// <summary>Signatures of a body in chunks, and its bytes on the wire.</summary>
    public static CaseResult JudgeStream(JsonObject exchange, JsonObject signing)
    {
        var request = exchange["request"]!;
        var time = SigV4.ParseDate((string)signing["amzDate"]!)!.Value;
        var toSign = new S3ToSign
        {
            Method = (string)request["method"]!,
            Path = (string)request["path"]!,
            Headers = [.. request["headers"]!.AsObject().Select(h => (h.Key, (string)h.Value!))],
            PayloadHash = ((string)request["auth"]!).Split('=')[^1],
            Time = time,
        };
        S3Signer.Sign(toSign, out var seed);
        var signatures = new List<string>();
        var wire = S3Signer.Chunks(toSign, seed, RecordedBody.Of(request["decodedBody"]!), (int)request["chunkSize"]!, RecordedBody.Trailer(request), signatures);
        return Compare(
            $"{exchange["id"]}/signatures",
            ("seedSignature", (string)signing["seedSignature"]!, seed),
            ("chunkAndTrailerSignatures", string.Join(',', signing["chunkAndTrailerSignatures"]!.AsArray().Select(s => (string)s!)), string.Join(',', signatures)),
            ("wireBodySha256", (string)signing["wireBodySha256"]!, SigV4.Hash(wire)));
    }

    private static CaseResult Compare(string id, params (string What, string Expected, string Seen)[] values)
    {
        var different = values.Where(v => v.Expected != v.Seen).Select(v => $"{v.What}: expected '{v.Expected}', seen '{v.Seen}'").ToList();
        return different.Count == 0 ? new CaseResult(id, CaseVerdict.Passed) : new CaseResult(id, CaseVerdict.Failed, string.Join("; ", different));
    }
}
