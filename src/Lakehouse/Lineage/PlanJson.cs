using System.Text.Json;

namespace Lakehouse.Lineage;

/// <summary>Reading the engine's plan, whose nodes leave out or null what they do not have.</summary>
internal static class PlanJson
{
    public static string Text(JsonElement node, string name) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>A number; -1 when it is not there or is the engine's sign for none.</summary>
    public static long Number(JsonElement node, string name) =>
        node.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : -1;

    public static IEnumerable<JsonElement> Items(JsonElement node, string name) =>
        node.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    /// <summary>Names of the fields of a struct type; null for other types.</summary>
    public static IReadOnlyList<string>? StructFields(JsonElement type) =>
        Text(type, "id") == "STRUCT" && type.TryGetProperty("type_info", out var info) && info.ValueKind == JsonValueKind.Object
            ? [.. Items(info, "child_types").Select(c => Text(c, "first"))]
            : null;
}
