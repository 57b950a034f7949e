using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Lineage;

/// <summary>Looking through the parser's trees.</summary>
internal static class TreeText
{
    /// <summary>Removes where things stand in the text: moving them is no difference.</summary>
    public static void DropPlaces(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                map.Remove("query_location");
                foreach (var (_, value) in map)
                {
                    DropPlaces(value);
                }

                break;
            case JsonArray list:
                foreach (var value in list)
                {
                    DropPlaces(value);
                }

                break;
        }
    }

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
