using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance;

/// <summary>The recordings' readable form of payloads and the wire's, both ways.</summary>
public static class Payloads
{
    /// <summary>Readable to wire, everywhere in a request.</summary>
    public static JsonNode? ToWire(JsonNode? node)
    {
        if (node is JsonObject o && (o.ContainsKey("$json") || o.ContainsKey("$encoding")))
        {
            return Payload(o);
        }

        return node switch
        {
            JsonObject other => new JsonObject(other.Select(p => KeyValuePair.Create(p.Key, ToWire(p.Value)))),
            JsonArray a => new JsonArray([.. a.Select(ToWire)]),
            _ => node?.DeepClone(),
        };
    }

    /// <summary>Wire to readable, everywhere in an answer.</summary>
    public static JsonNode? ToReadable(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject o when o["metadata"] is JsonObject metadata && metadata["encoding"] is JsonValue encoding:
                return Readable(o, metadata, Text(encoding));
            case JsonObject o:
                return new JsonObject(o.Select(p => KeyValuePair.Create(p.Key, ToReadable(p.Value))));
            case JsonArray a:
                return new JsonArray([.. a.Select(ToReadable)]);
            default:
                return node?.DeepClone();
        }
    }

    private static JsonObject Payload(JsonObject o)
    {
        var metadata = new JsonObject { ["encoding"] = Base64(o["$encoding"]?.GetValue<string>() ?? "json/plain") };
        foreach (var (key, value) in o["$meta"]?.AsObject() ?? [])
        {
            metadata[key] = Base64(value!.GetValue<string>());
        }

        var payload = new JsonObject { ["metadata"] = metadata };
        var data = o.ContainsKey("$json") ? Base64(Write(o["$json"]))
            : o["$text"] is { } text ? Base64(text.GetValue<string>())
            : o["$b64"] is { } raw ? raw.GetValue<string>()
            : o["$fill"] is { } fill ? Base64(new string(fill.GetValue<string>()[0], o["$size"]!.GetValue<int>()))
            : null;
        if (data is not null)
        {
            payload["data"] = data;
        }

        return payload;
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As the recorder's language writes JSON: a space after each comma and colon. Lengths are part of some error texts.</summary>
    private static string Write(JsonNode? node) => node switch
    {
        JsonObject o => "{" + string.Join(", ", o.Select(p => $"{JsonSerializer.Serialize(p.Key, Relaxed)}: {Write(p.Value)}")) + "}",
        JsonArray a => "[" + string.Join(", ", a.Select(Write)) + "]",
        null => "null",
        _ => node.ToJsonString(Relaxed),
    };

    private static JsonObject Readable(JsonObject payload, JsonObject metadata, string encoding)
    {
        var readable = new JsonObject();
        var data = payload["data"] is { } raw ? Convert.FromBase64String(raw.GetValue<string>()) : [];
        var text = Encoding.UTF8.GetString(data);
        if (encoding == "json/plain" && TryParse(text, out var json))
        {
            readable["$json"] = json;
        }
        else
        {
            readable["$encoding"] = encoding;
            if (data.Length > 100 && data.AsSpan().IndexOfAnyExcept(data[0]) < 0)
            {
                readable["$fill"] = text[..1];
                readable["$size"] = data.Length;
            }
            else
            {
                readable["$text"] = text;
            }
        }

        if (metadata.Count > 1)
        {
            readable["$meta"] = new JsonObject(metadata.Where(m => m.Key != "encoding").Select(m => KeyValuePair.Create(m.Key, (JsonNode?)Text(m.Value!))));
        }

        return readable;
    }

    private static bool TryParse(string text, out JsonNode? json)
    {
        try
        {
            json = JsonNode.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            json = null;
            return false;
        }
    }

    private static string Text(JsonNode base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64.GetValue<string>()));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
