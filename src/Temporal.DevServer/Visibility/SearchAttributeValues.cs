using System.Text.Json;
using Google.Protobuf;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.History;
using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility;

/// <summary>JSON values of search attributes as clients and commands give them.</summary>
internal static class SearchAttributeValues
{
    private const int LargestValue = 2048;

    /// <summary>The given attributes with each value's type noted, or the error that names the first bad one.</summary>
    public static SearchAttributes? Typed(SearchAttributes? given, string namespaceName, SearchAttributeRegistry attributes)
    {
        if (given is null || given.IndexedFields.Count == 0)
        {
            return given;
        }

        var typed = new SearchAttributes();
        foreach (var (name, payload) in given.IndexedFields)
        {
            if (SearchAttributeRegistry.BuiltIn.ContainsKey(name))
            {
                throw ServiceErrors.InvalidArgument($"{name} attribute can't be set in SearchAttributes");
            }

            var type = attributes.Settable(name) ??
                throw ServiceErrors.InvalidArgument($"Namespace {namespaceName} has no mapping defined for search attribute {name}");
            if (!PayloadJson.IsNull(payload))
            {
                Check(name, type, payload);
                if (payload.Data.Length > LargestValue)
                {
                    throw ServiceErrors.InvalidArgument($"search attribute {name} value size {payload.Data.Length} exceeds size limit {LargestValue}");
                }
            }

            var copy = payload.Clone();
            copy.Metadata["type"] = ByteString.CopyFromUtf8(type.ToString());
            typed.IndexedFields[name] = copy;
        }

        return typed;
    }

    /// <summary>Raises the real server's error when the value does not fit the type.</summary>
    private static void Check(string name, IndexedValueType type, Payload payload)
    {
        JsonElement value;
        try
        {
            value = Parse(payload);
        }
        catch (JsonException)
        {
            throw Invalid(name, type, "[" + string.Join(' ', payload.Data.ToByteArray()) + "]");
        }

        if (type != IndexedValueType.KeywordList && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1)
        {
            value = value[0]; // a list of one stands for its element
        }

        if (!Fits(type, value))
        {
            throw Invalid(name, type, Show(value));
        }
    }

    private static JsonElement Parse(Payload payload)
    {
        using var document = JsonDocument.Parse(payload.Data.Memory);
        return document.RootElement.Clone();
    }

    private static bool Fits(IndexedValueType type, JsonElement value) => type switch
    {
        IndexedValueType.Text or IndexedValueType.Keyword => value.ValueKind == JsonValueKind.String,
        IndexedValueType.Int => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        IndexedValueType.Double => value.ValueKind == JsonValueKind.Number,
        IndexedValueType.Bool => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        IndexedValueType.Datetime => value.ValueKind == JsonValueKind.String && NanoTime.TryParse(value.GetString()!, out _),
        IndexedValueType.KeywordList =>
            value.ValueKind == JsonValueKind.String ||
            (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String)),
        _ => false,
    };

    private static ServiceException Invalid(string name, IndexedValueType type, string value) =>
        ServiceErrors.InvalidArgument($"invalid value for search attribute {name} of type {type}: {value}");

    private static string Show(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => "[" + string.Join(" ", value.EnumerateArray().Select(Show)) + "]",
        _ => value.GetRawText(),
    };
}
