using System.Globalization;
using System.Text.Json;
using Temporal.DevServer.Frontend;
using Temporal.DevServer.History;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility;

/// <summary>JSON values of search attributes: checks and index keys.</summary>
internal static class SearchAttributeValues
{
    /// <summary>Raises the real server's error when the value does not fit the type.</summary>
    public static void Check(string name, IndexedValueType type, Payload payload)
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

    /// <summary>The keys under which a stored value is found: one, or one per element.</summary>
    public static IEnumerable<object> Indexed(Payload payload)
    {
        if (PayloadJson.IsNull(payload))
        {
            yield break;
        }

        var type = payload.Metadata.TryGetValue("type", out var name) && Enum.TryParse<IndexedValueType>(name.ToStringUtf8(), out var known)
            ? known
            : IndexedValueType.Keyword;
        var value = Parse(payload);
        var elements = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToList() : [value];
        foreach (var element in elements)
        {
            yield return Key(type, element);
        }
    }

    /// <summary>A time as its index key: UTC ticks.</summary>
    public static bool TryTime(string text, out long ticks)
    {
        if (text.Contains('T', StringComparison.Ordinal) &&
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            ticks = time.UtcTicks;
            return true;
        }

        ticks = 0;
        return false;
    }

    private static object Key(IndexedValueType type, JsonElement value) => type switch
    {
        IndexedValueType.Int => value.GetInt64(),
        IndexedValueType.Double => value.GetDouble(),
        IndexedValueType.Bool => value.GetBoolean() ? 1L : 0L,
        IndexedValueType.Datetime when TryTime(value.GetString()!, out var ticks) => ticks,
        _ => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(),
    };

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
        IndexedValueType.Datetime => value.ValueKind == JsonValueKind.String && TryTime(value.GetString()!, out _),
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
