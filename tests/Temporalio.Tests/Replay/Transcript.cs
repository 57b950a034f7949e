using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Orchestrator.TestKit;
using Temporalio.Api.Update.V1;

namespace Temporalio.Tests.Replay;

/// <summary>A recorded conversation of a worker with a server: one call per line.</summary>
internal sealed class Transcript
{
    private static readonly TypeRegistry Messages = TypeRegistry.FromMessages(
        Request.Descriptor, Acceptance.Descriptor, Rejection.Descriptor, Response.Descriptor);

    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true).WithTypeRegistry(Messages));
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Messages));

    private Transcript(IReadOnlyList<Call> calls) => Calls = calls;

    /// <summary>The calls, by start time; polls by the time of their answer.</summary>
    public IReadOnlyList<Call> Calls { get; }

    /// <summary>Names of all transcripts; none when the shared folder is absent.</summary>
    public static IEnumerable<string> Names()
    {
        var folder = Path.GetFullPath(Path.Combine(TestPaths.Repo, "..", "shared", "golden", "histories"));
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.transcript.jsonl").Select(f => Path.GetFileName(f).Replace(".transcript.jsonl", string.Empty, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            : [];
    }

    /// <summary>Reads a transcript.</summary>
    public static Transcript Read(string name) => new(
    [
        .. File.ReadLines(TestPaths.Shared("golden", "histories", $"{name}.transcript.jsonl")).Select(line =>
        {
            var node = JsonNode.Parse(line)!.AsObject();
            FixTokens(node);
            return new Call(
                (string)node["side"]!, (string)node["method"]!, (string)node["code"]!, (string?)node["message"], node["request"]!.AsObject(), node["response"]?.AsObject());
        }),
    ]);

    /// <summary>A recorded message.</summary>
    public static T Parse<T>(JsonObject json)
        where T : IMessage, new() => Parser.Parse<T>(json.ToJsonString());

    /// <summary>A message in the form of the recordings.</summary>
    public static JsonObject ToJson(IMessage message) => JsonNode.Parse(Formatter.Format(message))!.AsObject();

    private static void FixTokens(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (key, value) in o.ToList())
                {
                    if (key is "taskToken" or "nextPageToken" && value is JsonValue token)
                    {
                        o[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes((string)token!));
                    }
                    else
                    {
                        FixTokens(value);
                    }
                }

                break;
            case JsonArray array:
                foreach (var item in array)
                {
                    FixTokens(item);
                }

                break;
        }
    }

    /// <summary>One call.</summary>
    internal sealed record Call(string Side, string Method, string Code, string? Message, JsonObject Request, JsonObject? Response);
}
