using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Orchestrator.Conformance.S3;

/// <summary>Compares answers with recorded ones; what a placeholder stands for is what came back where it stood first.</summary>
internal sealed partial class S3Comparison
{
    /// <summary>Placeholders whose value changes from answer to answer: it must be there, and that is all.</summary>
    private static readonly HashSet<string> Free = new(StringComparer.Ordinal) { "{requestId}", "{hostId}", "{date}", "{lastModified}", "{timestamp}", "{ownerId}" };

    /// <summary>Elements whose text is the server's own affair.</summary>
    private static readonly HashSet<string> OwnText = new(StringComparer.Ordinal) { "Message", "DisplayName", "NextContinuationToken", "RequestId", "HostId", "LastModified", "ID" };

    /// <summary>What placeholders stand for.</summary>
    public Dictionary<string, string> Bound { get; } = new(StringComparer.Ordinal);

    /// <summary>A text with what its placeholders stand for.</summary>
    public string Fill(string text) => Placeholder().Replace(text, m => Bound.GetValueOrDefault(m.Value, m.Value));

    public CaseResult Judge(string id, JsonObject exchange, S3Answer answer)
    {
        var response = exchange["response"]!.AsObject();
        var aws = (string?)exchange["awsDiffers"];
        if (aws is not null && AwsStatus(aws) is var (status, code))
        {
            var seen = answer.Text.Contains("<Error>", StringComparison.Ordinal) ? XDocument.Parse(answer.Text).Root!.Elements().First(e => e.Name.LocalName == "Code").Value : null;
            return answer.Status == status && (code is null || seen is null || code == seen)
                ? new CaseResult(id, CaseVerdict.Explained, $"the recorded server answered {response["status"]}; {aws}")
                : new CaseResult(id, CaseVerdict.Failed, $"expected {status} {code} ({aws}), seen {answer.Status} {answer.Text}");
        }

        var different = new List<string>();
        if (answer.Status != (int)response["status"]!)
        {
            different.Add($"status: expected {response["status"]}, seen {answer.Status} {answer.Text}");
        }

        different.AddRange(Headers(response, answer, (string)exchange["request"]!["method"]!));
        if (aws is not null && aws.StartsWith("AWS also answers ", StringComparison.Ordinal))
        {
            different.AddRange(HeaderName().Matches(aws).Select(m => m.Value).Where(h => !answer.Headers.ContainsKey(h)).Select(h => $"header {h}: expected as AWS documents, seen none"));
        }

        different.AddRange(Body(response, answer, aws));
        return different.Count > 0
            ? new CaseResult(id, CaseVerdict.Failed, string.Join("; ", different))
            : aws is null ? new CaseResult(id, CaseVerdict.Passed) : new CaseResult(id, CaseVerdict.Explained, aws);
    }

    /// <summary>Status and code that AWS documents where it differs from the recorded server; a behaviour that is only accepted there is a success.</summary>
    private static (int Status, string? Code)? AwsStatus(string aws)
    {
        var match = Status().Match(aws);
        return match.Success
            ? (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value is { Length: > 0 } code ? code : null)
            : aws.StartsWith("AWS accepts", StringComparison.Ordinal) ? (200, null) : null;
    }

    private IEnumerable<string> Headers(JsonObject response, S3Answer answer, string method)
    {
        var isXml = (string?)response["headers"]?["content-type"] == "application/xml";
        foreach (var (name, node) in response["headers"]?.AsObject() ?? [])
        {
            var expected = (string)node!;
            if (name == "x-amz-bucket-region" || name.StartsWith("x-minio-", StringComparison.Ordinal) || (name == "content-length" && (isXml || (method == "HEAD" && answer.Status >= 400))))
            {
                continue;
            }

            if (!answer.Headers.TryGetValue(name, out var seen))
            {
                yield return $"header {name}: expected '{expected}', seen none";
            }
            else if (!Same(expected, seen))
            {
                yield return $"header {name}: expected '{Fill(expected)}', seen '{seen}'";
            }
        }
    }

    private IEnumerable<string> Body(JsonObject response, S3Answer answer, string? aws)
    {
        var recorded = (string?)response["body"] ?? "";
        if ((string?)response["headers"]?["content-type"] != "application/xml" && !recorded.StartsWith("<?xml", StringComparison.Ordinal))
        {
            return RecordedBody.Difference(response, answer.Body) is { } different ? [different] : [];
        }

        if (recorded.Length == 0)
        {
            return []; // The answer to a HEAD.
        }

        if (!answer.Text.StartsWith('<'))
        {
            return [$"body: expected a document, seen '{answer.Text}'"];
        }

        var left = aws?.Contains("NextMarker only", StringComparison.Ordinal) == true ? "NextMarker" : null;
        return Elements(XDocument.Parse(recorded).Root!, XDocument.Parse(answer.Text).Root!, left);
    }

    private IEnumerable<string> Elements(XElement expected, XElement seen, string? leftOut)
    {
        var children = expected.Elements().Where(e => e.Name.LocalName != leftOut).ToList();
        var names = children.Select(e => e.Name.LocalName);
        if (expected.Name.LocalName != seen.Name.LocalName || !names.SequenceEqual(seen.Elements().Select(e => e.Name.LocalName)))
        {
            return [$"<{expected.Name.LocalName}>: expected elements {string.Join(' ', names)}, seen <{seen.Name.LocalName}> {string.Join(' ', seen.Elements().Select(e => e.Name.LocalName))}"];
        }

        return children.Count > 0
            ? children.Zip(seen.Elements()).SelectMany(c => Elements(c.First, c.Second, null))
            : OwnText.Contains(expected.Name.LocalName) && !expected.Value.StartsWith('{') || Same(expected.Value, seen.Value) ? [] : [$"<{expected.Name.LocalName}>: expected '{Fill(expected.Value)}', seen '{seen.Value}'"];
    }

    private bool Same(string expected, string seen)
    {
        if (!Placeholder().IsMatch(expected))
        {
            return expected == seen;
        }

        if (Free.Contains(expected))
        {
            return seen.Length > 0;
        }

        if (Placeholder().Match(expected).Value == expected && Bound.TryAdd(expected, seen))
        {
            return seen.Length > 0;
        }

        return Fill(expected) == seen;
    }

    [GeneratedRegex(@"\{[A-Za-z][A-Za-z0-9._/-]*\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"(?<![\w-])([1-5]\d\d)(?: ([A-Z]\w+))?(?!\w)")]
    private static partial Regex Status();

    [GeneratedRegex(@"x-amz-[a-z0-9-]+")]
    private static partial Regex HeaderName();
}
