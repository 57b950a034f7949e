using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>Search attributes between the wire and <see cref="IndexedRun.Attributes"/>.</summary>
internal static class SearchAttributePayloads
{
    private static readonly ByteString JsonPlain = ByteString.CopyFromUtf8("json/plain");

    /// <summary>The values of the payloads; nulls, empty lists, unknown names and values that do not fit their type are left out.</summary>
    public static Dictionary<string, object> Read(IEnumerable<KeyValuePair<string, Payload>> fields, SearchAttributeRegistry attributes)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, payload) in fields)
        {
            if (attributes.TryResolve(name, out var attribute, out var type) && Value(payload, type) is { } value)
            {
                values[attribute] = value;
            }
        }

        return values;
    }

    /// <summary>The values as list entries show them: JSON with the type's name beside it, a whole Double without its decimal point.</summary>
    public static MapField<string, Payload> Write(IEnumerable<KeyValuePair<string, object>> values)
    {
        var fields = new MapField<string, Payload>();
        foreach (var (name, value) in values)
        {
            var (type, json) = value switch
            {
                string text => (IndexedValueType.Keyword, JsonSerializer.SerializeToUtf8Bytes(text)),
                string[] list => (IndexedValueType.KeywordList, JsonSerializer.SerializeToUtf8Bytes(list)),
                SearchText text => (IndexedValueType.Text, JsonSerializer.SerializeToUtf8Bytes(text.Text)),
                long number => (IndexedValueType.Int, JsonSerializer.SerializeToUtf8Bytes(number)),
                double number => (IndexedValueType.Double, JsonSerializer.SerializeToUtf8Bytes(number)),
                bool truth => (IndexedValueType.Bool, JsonSerializer.SerializeToUtf8Bytes(truth)),
                NanoTime time => (IndexedValueType.Datetime, JsonSerializer.SerializeToUtf8Bytes(time.ToString())),
                _ => throw new ArgumentException($"Search attribute '{name}' holds a {value.GetType().Name}, which is no type of search attributes.", nameof(values)),
            };
            fields[name] = new Payload
            {
                Data = UnsafeByteOperations.UnsafeWrap(json),
                Metadata = { ["encoding"] = JsonPlain, ["type"] = ByteString.CopyFromUtf8(type.ToString()) },
            };
        }

        return fields;
    }

    private static object? Value(Payload payload, IndexedValueType type)
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(payload.Data.Span);
            return type == IndexedValueType.KeywordList ? List(json)
                : json.ValueKind == JsonValueKind.Array ? json.GetArrayLength() == 1 ? Single(json[0], type) : null // a list of one stands for its item
                : Single(json, type);
        }
        catch (JsonException)
        {
            return null; // the frontend refuses such values; one from an old file is no reason to lose the run
        }
    }

    private static string[]? List(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => [json.GetString()!],
        JsonValueKind.Array when json.GetArrayLength() > 0 => [.. json.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        _ => null,
    };

    private static object? Single(JsonElement json, IndexedValueType type) => (type, json.ValueKind) switch
    {
        (IndexedValueType.Keyword, JsonValueKind.String) => json.GetString(),
        (IndexedValueType.Text, JsonValueKind.String) => new SearchText(json.GetString()!),
        (IndexedValueType.Int, JsonValueKind.Number) when json.TryGetInt64(out var number) => number,
        (IndexedValueType.Double, JsonValueKind.Number) => json.GetDouble(),
        (IndexedValueType.Bool, JsonValueKind.True or JsonValueKind.False) => json.GetBoolean(),
        (IndexedValueType.Datetime, JsonValueKind.String) when NanoTime.TryParse(json.GetString()!, out var time) => time,
        _ => null,
    };
}
