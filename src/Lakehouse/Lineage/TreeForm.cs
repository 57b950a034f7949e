using System.Text.Json.Nodes;

namespace Lakehouse.Lineage;

/// <summary>
/// Brings a parser's tree into one form where SQL has several for the same: without places in the text, names that are looked up without regard to case in small letters, conditions joined by AND
/// or OR as one list in a fixed order, comparisons with the same side first.
/// </summary>
internal static class TreeForm
{
    private static readonly string[] Folded = ["schema_name", "table_name", "relation_name", "function_name"];

    private static readonly Dictionary<string, string> Turned = new(StringComparer.Ordinal)
    {
        ["COMPARE_EQUAL"] = "COMPARE_EQUAL",
        ["COMPARE_NOTEQUAL"] = "COMPARE_NOTEQUAL",
        ["COMPARE_DISTINCT_FROM"] = "COMPARE_DISTINCT_FROM",
        ["COMPARE_NOT_DISTINCT_FROM"] = "COMPARE_NOT_DISTINCT_FROM",
        ["COMPARE_LESSTHAN"] = "COMPARE_GREATERTHAN",
        ["COMPARE_GREATERTHAN"] = "COMPARE_LESSTHAN",
        ["COMPARE_LESSTHANOREQUALTO"] = "COMPARE_GREATERTHANOREQUALTO",
        ["COMPARE_GREATERTHANOREQUALTO"] = "COMPARE_LESSTHANOREQUALTO",
    };

    /// <summary>Changes the tree of a query as the parser gives it.</summary>
    public static void Apply(JsonNode tree)
    {
        Fold(tree, keepsNames: false);
        Order(tree);
    }

    /// <summary>Puts what may stand in any order into one order, by what it says now.</summary>
    public static void Order(JsonNode? node)
    {
        if (node is JsonArray { Parent: JsonObject } list && list.GetPropertyName() == "select_list")
        {
            // The text of an expression without a name is its name.
            foreach (var item in list.Where(i => !IsUnnamed(i)))
            {
                Order(item);
            }

            return;
        }

        foreach (var child in TreeText.Children(node))
        {
            Order(child);
        }

        if (node is JsonObject map)
        {
            OrderParts(map);
        }
    }

    private static void OrderParts(JsonObject map)
    {
        var type = TreeText.Text(map["type"]);
        switch (TreeText.Text(map["class"]))
        {
            case "CONJUNCTION":
                // Parentheses around some of them say nothing.
                map["children"] = Sorted(map["children"]!.AsArray().SelectMany(c => TreeText.Text(c!["type"]) == type ? c["children"]!.AsArray().AsEnumerable() : [c]));
                break;
            case "COMPARISON" when Turned.TryGetValue(type, out var turned) && string.CompareOrdinal(map["left"]!.ToJsonString(), map["right"]!.ToJsonString()) > 0:
                (map["type"], map["left"], map["right"]) = (turned, map["right"]!.DeepClone(), map["left"]!.DeepClone());
                break;
            case "OPERATOR" when type is "COMPARE_IN" or "COMPARE_NOT_IN":
                var children = map["children"]!.AsArray();
                map["children"] = new JsonArray([children[0]!.DeepClone(), .. Sorted(children.Skip(1)).Select(c => c!.DeepClone())]);
                break;
        }
    }

    private static void Fold(JsonNode? node, bool keepsNames)
    {
        if (node is not JsonObject map)
        {
            foreach (var child in TreeText.Children(node))
            {
                Fold(child, keepsNames);
            }

            return;
        }

        map.Remove("query_location");
        if (!keepsNames)
        {
            foreach (var key in Folded.Where(map.ContainsKey))
            {
                map[key] = TreeText.Text(map[key]).ToLowerInvariant();
            }

            if (map["column_names"] is JsonArray names)
            {
                map["column_names"] = new JsonArray([.. names.Select(n => JsonValue.Create(TreeText.Text(n).ToLowerInvariant()))]);
            }
        }

        foreach (var (key, value) in map.ToArray())
        {
            foreach (var item in key == "select_list" ? value!.AsArray().ToArray() : [value])
            {
                Fold(item, keepsNames || (key == "select_list" && IsUnnamed(item)));
            }
        }
    }

    /// <summary>An expression of a select list that has the name which the engine finds in its text.</summary>
    private static bool IsUnnamed(JsonNode? item) => TreeText.Text(item?["alias"]).Length == 0;

    private static JsonArray Sorted(IEnumerable<JsonNode?> nodes) => [.. nodes.Select(n => n!.DeepClone()).OrderBy(n => n.ToJsonString(), StringComparer.Ordinal)];
}
