using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.TestKit.S3;

namespace Orchestrator.Conformance.S3;

/// <summary>Bodies as recordings write them.</summary>
internal static class RecordedBody
{
    /// <summary>The bytes of <c>body</c>, or of <c>bodyRepeat</c>.</summary>
    public static byte[] Of(JsonNode holder)
    {
        if (holder["bodyRepeat"] is { } repeat)
        {
            var bytes = new byte[(int)repeat["count"]!];
            bytes.AsSpan().Fill((byte)(int)repeat["byte"]!);
            return bytes;
        }

        return Encoding.UTF8.GetBytes((string?)holder["body"] ?? "");
    }

    /// <summary>What differs between a recorded body and one that came back; null when nothing does.</summary>
    public static string? Difference(JsonNode expected, byte[] seen)
    {
        if ((string?)expected["bodySha256"] is { } hash)
        {
            return hash == SigV4.Hash(seen) ? null : $"body: expected {expected["bodyLength"]} bytes with SHA-256 {hash}, seen {seen.Length} with {SigV4.Hash(seen)}";
        }

        return (string?)expected["body"] is { } text && text != Encoding.UTF8.GetString(seen) ? $"body: expected '{text}', seen '{Encoding.UTF8.GetString(seen)}'" : null;
    }

    /// <summary>The trailer that follows the chunks.</summary>
    public static (string Name, string Value)? Trailer(JsonNode request) => request["trailer"] is JsonArray trailer ? ((string)trailer[0]!, (string)trailer[1]!) : null;
}
