using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
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

    /// <summary>Names of all transcripts of a folder; none when it is absent.</summary>
    public static IEnumerable<string> Names(string folder) => GoldenHistories.Files(folder, ".transcript.jsonl");

    /// <summary>Reads a transcript.</summary>
    public static Transcript Read(string folder, string name) => new(
    [
        .. File.ReadLines(Path.Combine(folder, $"{name}.transcript.jsonl")).Select(line =>
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
