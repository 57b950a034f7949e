using System.Text.Json;

namespace Lakehouse.Yaml;

/// <summary>JSON as <see cref="YamlValue"/>s, for readers of both. Places are not known and stay 0.</summary>
internal static class JsonValues
{
    public static YamlValue Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => YamlValue.Map([.. element.EnumerateObject().DistinctBy(p => p.Name).Select(p => new YamlEntry(p.Name, 0, 0, Of(p.Value)))], 0, 0),
        JsonValueKind.Array => YamlValue.List([.. element.EnumerateArray().Select(Of)], 0, 0),
        JsonValueKind.String => YamlValue.Scalar(YamlKind.String, element.GetString()!, 0, 0),
        JsonValueKind.True or JsonValueKind.False => YamlValue.Scalar(YamlKind.Boolean, element.GetRawText(), 0, 0),
        JsonValueKind.Number => YamlValue.Scalar(element.TryGetInt64(out _) ? YamlKind.Integer : YamlKind.Number, element.GetRawText(), 0, 0),
        _ => YamlValue.Scalar(YamlKind.Null, "null", 0, 0),
    };
}
