using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Lineage;

/// <summary>Looking through the parser's trees.</summary>
internal static class TreeText
{
    /// <summary>A node's text; empty when it is something else.</summary>
    public static string Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    /// <summary>What stands right below a node, as it is now.</summary>
    public static IReadOnlyList<JsonNode?> Children(JsonNode? node) => node switch
    {
        JsonObject map => [.. map.Select(m => m.Value)],
        JsonArray list => [.. list],
        _ => [],
    };

    /// <summary>Whether a text stands anywhere in a tree, as a name or a value.</summary>
    public static bool Mentions(JsonNode? node, string text) => Any(node, (_, value) => string.Equals(value, text, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a tree calls one of some functions.</summary>
    public static bool Calls(JsonNode? node, IReadOnlyCollection<string> functions) =>
        Any(node, (key, value) => key == "function_name" && functions.Contains(value.ToLowerInvariant()));

    /// <summary>Whether a member of that name has that text anywhere in a tree.</summary>
    public static bool Has(JsonNode? node, string key, string value) => Any(node, (k, v) => k == key && v == value);

    private static bool Any(JsonNode? node, Func<string, string, bool> test, string key = "") => node switch
    {
        JsonObject map => map.Any(m => Any(m.Value, test, m.Key)),
        JsonArray list => list.Any(i => Any(i, test, key)),
        JsonValue value => value.GetValueKind() == JsonValueKind.String && test(key, value.GetValue<string>()),
        _ => false,
    };
}
