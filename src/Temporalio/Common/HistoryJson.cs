using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Temporalio.Api.History.V1;

namespace Temporalio.Common;

/// <summary>
/// Reads history JSON. Tools have written enum values both as <c>EVENT_TYPE_TIMER_STARTED</c> and as <c>TimerStarted</c>; only the
/// first is proto JSON, so the second is translated, field by field, before the parser sees it.
/// </summary>
internal static class HistoryJson
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    internal static History Parse(string json)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject root)
            {
                throw new ArgumentException("A history must be a JSON object with 'events'.", nameof(json));
            }

            FixEnums(root, History.Descriptor);
            return Parser.Parse<History>(root.ToJsonString());
        }
        catch (Exception e) when (e is JsonException or InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new ArgumentException($"The JSON is not a workflow history: {e.Message}", nameof(json), e);
        }
    }

    private static void FixEnums(JsonObject json, MessageDescriptor type)
    {
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            var name = json.ContainsKey(field.JsonName) ? field.JsonName : field.Name;
            if (json[name] is not { } value)
            {
                continue;
            }

            if (field.IsMap)
            {
                var valueField = field.MessageType.FindFieldByNumber(2);
                foreach (var (key, item) in (value as JsonObject ?? []).ToArray())
                {
                    Fix(valueField, item, fixedItem => value[key] = fixedItem);
                }
            }
            else if (field.IsRepeated)
            {
                var items = value as JsonArray ?? [];
                for (var i = 0; i < items.Count; i++)
                {
                    var index = i;
                    Fix(field, items[i], fixedItem => items[index] = fixedItem);
                }
            }
            else
            {
                Fix(field, value, fixedValue => json[name] = fixedValue);
            }
        }
    }

    private static void Fix(FieldDescriptor field, JsonNode? value, Action<JsonNode> replace)
    {
        if (field.FieldType == FieldType.Message && value is JsonObject nested)
        {
            FixEnums(nested, field.MessageType);
        }
        else if (field.FieldType == FieldType.Enum && value is JsonValue text && text.TryGetValue<string>(out var name)
            && field.EnumType.FindValueByName(name) is null && ProperName(field.EnumType, name) is { } proper)
        {
            replace(proper);
        }
    }

    // TimerStarted of EventType is EVENT_TYPE_TIMER_STARTED.
    private static string? ProperName(EnumDescriptor type, string name)
    {
        var wanted = Plain(type.Name) + Plain(name);
        return type.Values.FirstOrDefault(v => Plain(v.Name).Equals(wanted, StringComparison.OrdinalIgnoreCase))?.Name;
    }

    private static string Plain(string name) => name.Replace("_", string.Empty, StringComparison.Ordinal);
}
