using System.Text.Json.Nodes;
using Orchestrator.TestKit.S3;

namespace Orchestrator.Conformance.S3;

/// <summary>
/// Plays every recorded exchange of a real S3 server against the test server, in the order it was recorded, and compares what comes back. Where the
/// recording says what AWS documents instead, that is expected, and the case counts as explained.
/// </summary>
public static class S3Cases
{
    /// <summary>The groups build on each other in this order; others that a folder has come after them.</summary>
    private static readonly string[] Order =
        ["buckets", "objects", "ranges", "conditional-get", "conditional-put", "list", "delete", "copy", "multipart", "versioning", "checksums", "auth", "misc"];

    /// <summary>Judges all recordings of a folder.</summary>
    public static IEnumerable<CaseResult> Judge(string golden) => JudgeAsync(golden).GetAwaiter().GetResult();

    private static async Task<IReadOnlyList<CaseResult>> JudgeAsync(string golden)
    {
        var results = new List<CaseResult>();
        await using var server = await S3TestServer.StartAsync();
        using var client = new S3Wire(server.Address);
        var player = new S3Player(client);
        foreach (var file in Directory.EnumerateFiles(golden, "*.json").OrderBy(f => Array.IndexOf(Order, Path.GetFileNameWithoutExtension(f)) is >= 0 and var i ? i : Order.Length))
        {
            var recording = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
            if (recording is JsonObject group && group["exchanges"] is JsonArray exchanges)
            {
                player.Begin(exchanges);
                foreach (var exchange in exchanges)
                {
                    results.Add(await player.PlayAsync(exchange!.AsObject()));
                    if (exchange["signing"] is JsonObject signing)
                    {
                        results.Add(SignatureCases.JudgeStream(exchange.AsObject(), signing));
                    }
                }
            }
            else if (Path.GetFileName(file) == "sigv4-vectors.json")
            {
                results.AddRange(recording.AsArray().Select(v => SignatureCases.Judge(v!.AsObject())));
            }
        }

        return results;
    }
}
