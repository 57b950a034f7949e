using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Orchestrator.TestKit.S3;

namespace Orchestrator.Conformance.S3;

/// <summary>Plays exchanges in order, keeps what placeholders stand for, and makes what a recording takes for granted: buckets, keys, uploads.</summary>
/// <param name="wire">The connection to the server.</param>
internal sealed partial class S3Player(S3Wire wire)
{
    private readonly S3Comparison _comparison = new();
    private readonly HashSet<string> _buckets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seeded = new(StringComparer.Ordinal);
    private JsonArray _exchanges = [];

    /// <summary>Begins a group.</summary>
    public void Begin(JsonArray exchanges) => _exchanges = exchanges;

    public async Task<CaseResult> PlayAsync(JsonObject exchange)
    {
        var id = (string)exchange["id"]!;
        if (exchange["request"] is not JsonObject request)
        {
            return await new S3Scenarios(wire).PlayAsync(id, exchange);
        }

        await PrepareAsync(request, exchange["response"]!.AsObject());
        var answer = await SendAsync(id, request, exchange["response"]!);
        if ((string)request["method"]! == "PUT" && answer.Status == 200 && ((string)request["path"]!).Count(c => c == '/') == 1)
        {
            _buckets.Add(((string)request["path"]!)[1..]);
        }

        return _comparison.Judge(id, exchange, answer);
    }

    /// <summary>Recordings leave out how some buckets, keys and uploads came to be there.</summary>
    private async Task PrepareAsync(JsonObject request, JsonObject response)
    {
        var path = (string)request["path"]!;
        var bucket = path.Split('/')[1];
        var creates = (string)request["method"]! == "PUT" && path.Count(c => c == '/') == 1;
        if (bucket.Length > 0 && !creates && !_buckets.Contains(bucket) && !$"{response["body"]}".Contains("NoSuchBucket", StringComparison.Ordinal))
        {
            await wire.SendSignedAsync("PUT", "/" + bucket, [], [], []);
            _buckets.Add(bucket);
        }

        if ($"{response["body"]}".Contains("<Contents>", StringComparison.Ordinal) && _seeded.Add(bucket))
        {
            await SeedAsync(bucket);
        }

        foreach (var placeholder in (request["query"]?.AsArray() ?? []).Select(q => (string)q![1]!).Where(v => v.StartsWith("{upload-", StringComparison.Ordinal) && !_comparison.Bound.ContainsKey(v)))
        {
            var answer = await wire.SendSignedAsync("POST", path, [("uploads", "")], [], []);
            _comparison.Bound[placeholder] = XDocument.Parse(answer.Text).Descendants().First(e => e.Name.LocalName == "UploadId").Value;
        }
    }

    /// <summary>Puts the keys that a group's listings show of a bucket; their ETags say what is in them.</summary>
    private async Task SeedAsync(string bucket)
    {
        var keys = _exchanges.Where(e => $"{e!["request"]?["path"]}" == "/" + bucket).Select(e => $"{e!["response"]!["body"]}").Where(b => b.Contains("<Contents>", StringComparison.Ordinal))
            .SelectMany(b => XDocument.Parse(b).Descendants().Where(e => e.Name.LocalName == "Contents"))
            .Select(c => (Key: c.Elements().First(e => e.Name.LocalName == "Key").Value, ETag: c.Elements().First(e => e.Name.LocalName == "ETag").Value)).Distinct();
        foreach (var (key, etag) in keys)
        {
            var content = Encoding.UTF8.GetBytes(new string('x', key.Length));
            if (etag.Trim('"') == Convert.ToHexStringLower(MD5.HashData(content)))
            {
                await wire.SendSignedAsync("PUT", $"/{bucket}/{SigV4.Encode(key, keepSlash: true)}", [], [], content);
            }
        }
    }

    private Task<S3Answer> SendAsync(string id, JsonObject request, JsonNode response)
    {
        var (method, path, auth) = ((string)request["method"]!, (string)request["path"]!, (string?)request["auth"] ?? "sigv4 header, x-amz-content-sha256=sha256 of body");
        var query = (request["query"]?.AsArray() ?? []).Select(q => ((string)q![0]!, _comparison.Fill((string)q[1]!))).ToList();
        var headers = (request["headers"]?.AsObject() ?? []).Select(h => (h.Key, _comparison.Fill((string)h.Value!))).ToList();
        var body = request["body"] is { } text ? Encoding.UTF8.GetBytes(_comparison.Fill((string)text!)) : RecordedBody.Of(request);
        if (auth == "none")
        {
            return wire.SendAsync(method, S3Wire.Target(path, query), headers, body);
        }

        var toSign = Spoiled(id, auth, new S3ToSign { Method = method, Path = path, Query = query, Headers = headers, PayloadHash = SigV4.Hash(body) });
        if (auth.StartsWith("presigned", StringComparison.Ordinal))
        {
            var expires = query.First(q => q.Item1 == "X-Amz-Expires").Item2;
            var signedMethod = method == "HEAD" && (int)response["status"]! == 403 ? "GET" : method;
            var presigned = toSign with { Method = signedMethod, Query = [.. query.Where(q => !q.Item1.StartsWith("X-Amz-", StringComparison.Ordinal))], PayloadHash = "UNSIGNED-PAYLOAD" };
            return wire.SendAsync(method, S3Wire.Target(path, S3Signer.Presign(presigned, expires)), headers, body);
        }

        var signed = S3Signer.Sign(toSign, out var seed);
        if (request["decodedBody"] is { } decoded)
        {
            body = S3Signer.Chunks(toSign, seed, RecordedBody.Of(decoded), (int)request["chunkSize"]!, RecordedBody.Trailer(request));
        }

        return wire.SendAsync(method, S3Wire.Target(path, query), signed, body);
    }

    /// <summary>What a case gets wrong on purpose, by what it says of itself.</summary>
    private static S3ToSign Spoiled(string id, string auth, S3ToSign request)
    {
        var now = request.Time;
        if (auth.Contains("x-amz-content-sha256=", StringComparison.Ordinal) && auth.Split("x-amz-content-sha256=")[1] is var hash && hash != "sha256 of body")
        {
            request = request with { PayloadHash = hash };
        }

        if (auth.Contains("wrong secret", StringComparison.Ordinal))
        {
            request = request with { Credentials = S3Wire.Credentials with { SecretKey = "wrong" } };
        }

        if (auth.Contains("unknown", StringComparison.Ordinal))
        {
            request = request with { Credentials = S3Wire.Credentials with { AccessKey = "unknownaccess" } };
        }

        if (Minutes().Match(auth) is { Success: true } minutes)
        {
            request = request with { Time = now + (TimeSpan.FromMinutes(int.Parse(minutes.Groups[1].Value)) * (minutes.Groups[2].Value == "behind" ? -1 : 1)) };
        }

        if (Scope().Match(auth) is { Success: true } scope)
        {
            request = request with { Region = scope.Groups[1].Value };
        }

        if (SignedFor().Match(auth) is { Success: true } other)
        {
            request = request with { Path = other.Groups[1].Value };
        }

        if (Unsigned().Match(auth) is { Success: true } unsigned)
        {
            request = request with { Headers = [.. request.Headers.Where(h => h.Name != unsigned.Groups[1].Value)], Unsigned = [(unsigned.Groups[1].Value, "x")] };
        }

        return id switch
        {
            _ when id.EndsWith("presigned-expired", StringComparison.Ordinal) => request with { Time = now.AddHours(-2) },
            _ when id.EndsWith("presigned-future", StringComparison.Ordinal) => request with { Time = now.AddHours(1) },
            _ when id.Contains("presigned-tampered", StringComparison.Ordinal) => request with { Path = "/golden-bucket/auth" },
            _ => request,
        };
    }

    [GeneratedRegex(@"(\d+) minutes (behind|ahead)")]
    private static partial Regex Minutes();

    [GeneratedRegex(@"credential scope (\S+)")]
    private static partial Regex Scope();

    [GeneratedRegex(@"signed for (\S+), sent to")]
    private static partial Regex SignedFor();

    [GeneratedRegex(@"^(\S+) sent but not in SignedHeaders")]
    private static partial Regex Unsigned();
}
