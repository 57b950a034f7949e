using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Converters;

namespace Temporalio.Common;

/// <summary>Search attributes on the wire: always plain JSON with a <c>type</c> metadata, never through the user's converter or codec.</summary>
internal static class SearchAttributePayload
{
    private const string TypeKey = "type";
    private static readonly DefaultPayloadConverter Converter = new();
    private static readonly (IndexedValueType Type, string Name)[] Types =
    [
        (IndexedValueType.Text, "Text"), (IndexedValueType.Keyword, "Keyword"), (IndexedValueType.Int, "Int"),
        (IndexedValueType.Double, "Double"), (IndexedValueType.Bool, "Bool"), (IndexedValueType.Datetime, "Datetime"),
        (IndexedValueType.KeywordList, "KeywordList"),
    ];

    private static readonly Dictionary<IndexedValueType, ByteString> NameBytes =
        Types.ToDictionary(t => t.Type, t => ByteString.CopyFromUtf8(t.Name));

    /// <summary>Writes a value; null stands for removal.</summary>
    internal static Payload Encode(SearchAttributeKey key, object? value)
    {
        var payload = Converter.ToPayload(value switch
        {
            DateTimeOffset time => time.ToString("o", CultureInfo.InvariantCulture),
            _ => value,
        });
        payload.Metadata[TypeKey] = NameBytes[key.ValueType];
        return payload;
    }

    /// <summary>Reads a payload; null when it holds no value or a type unknown to this SDK.</summary>
    internal static (SearchAttributeKey Key, object Value)? Decode(string name, Payload payload)
    {
        if (!payload.Metadata.TryGetValue(TypeKey, out var typeBytes) || payload.Data.IsEmpty)
        {
            return null;
        }

        using var json = JsonDocument.Parse(payload.Data.Memory);
        var root = json.RootElement;
        var type = ParseType(typeBytes.ToStringUtf8());
        if (root.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (root.ValueKind == JsonValueKind.Array && type != IndexedValueType.KeywordList)
        {
            // Older servers wrap a single value into a list.
            if (root.GetArrayLength() != 1)
            {
                return null;
            }

            root = root[0];
        }

        return type switch
        {
            IndexedValueType.Bool => (SearchAttributeKey.CreateBool(name), root.GetBoolean()),
            IndexedValueType.Datetime => (SearchAttributeKey.CreateDateTimeOffset(name), root.GetDateTimeOffset()),
            IndexedValueType.Double => (SearchAttributeKey.CreateDouble(name), root.GetDouble()),
            IndexedValueType.Int => (SearchAttributeKey.CreateLong(name), root.GetInt64()),
            IndexedValueType.Keyword => (SearchAttributeKey.CreateKeyword(name), root.GetString()!),
            IndexedValueType.Text => (SearchAttributeKey.CreateText(name), root.GetString()!),
            IndexedValueType.KeywordList => (SearchAttributeKey.CreateKeywordList(name), ReadList(root)),
            _ => null,
        };
    }

    // Servers have written both "Keyword" and "INDEXED_VALUE_TYPE_KEYWORD".
    private static IndexedValueType ParseType(string text)
    {
        const string Prefix = "INDEXED_VALUE_TYPE_";
        var name = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].Replace("_", string.Empty, StringComparison.Ordinal) : text;
        return Types.FirstOrDefault(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Type;
    }

    private static string[] ReadList(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().Select(e => e.GetString()!)]
        : [element.GetString()!];
}
