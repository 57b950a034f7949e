using System.Globalization;
using System.Text.Json.Nodes;
using static Lakehouse.Lineage.TreeText;

namespace Lakehouse.Lineage;

/// <summary>
/// Gives the tables of a query names of its own making, in their order: what an author calls a common table or a table's alias is no difference. A name that stands for anything else
/// besides, or for two tables, is left alone.
/// </summary>
internal static class QueryNames
{
    /// <summary>A copy of the parser's tree with names of its own making.</summary>
    public static JsonObject Normalise(JsonObject query)
    {
        var tree = (JsonObject)query.DeepClone();
        var names = new List<TableName>();
        Collect(tree, names);
        foreach (var (name, index) in names.Select((n, i) => (n, i)))
        {
            var uses = new List<Action<string>>();
            if (names.Count(n => Same(n.Name, name.Name)) == 1 && TryFindUses(tree, name, isInside: false, uses))
            {
                uses.ForEach(u => u(string.Create(CultureInfo.InvariantCulture, $"\u0001{index}")));
            }
        }

        DropNeedlessQualifiers(tree);
        TreeForm.Order(tree);
        return tree;
    }

    /// <summary>A table's name within a query, and the SELECT in which it can be used.</summary>
    private sealed record TableName(string Name, JsonObject Scope, JsonObject? Relation);

    private static void Collect(JsonNode? node, List<TableName> names)
    {
        if (node is JsonObject select && Text(select["type"]) == "SELECT_NODE")
        {
            names.AddRange((select["cte_map"]?["map"]?.AsArray() ?? []).Select(c => new TableName(Text(c!["key"]), select, null)));
            names.AddRange(Relations(select["from_table"]).Select(r => new TableName(NameOf(r), select, r)).Where(n => n.Name.Length > 0 && !(IsBare(n.Relation!) && names.Any(c => c.Relation is null && Same(c.Name, n.Name)))));
        }

        foreach (var child in Children(node))
        {
            Collect(child, names);
        }
    }

    private static IEnumerable<JsonObject> Relations(JsonNode? from) => from is not JsonObject relation ? []
        : Text(relation["type"]) == "JOIN" ? Relations(relation["left"]).Concat(Relations(relation["right"]))
        : [relation];

    private static string NameOf(JsonObject relation) => Text(relation["alias"]) is { Length: > 0 } alias ? alias : Text(relation["table_name"]);

    /// <summary>A table that is read under its own name and without a schema: a common table, or nothing that is known.</summary>
    private static bool IsBare(JsonObject relation) => Text(relation["alias"]).Length == 0 && Text(relation["schema_name"]).Length == 0;

    /// <summary>Every place where the name stands for the table; false where it stands for something else, or outside of its SELECT.</summary>
    private static bool TryFindUses(JsonNode? node, TableName name, bool isInside, List<Action<string>> uses)
    {
        isInside |= ReferenceEquals(node, name.Scope);
        switch (node)
        {
            case JsonArray list:
                return list.All(i => TryFindUses(i, name, isInside, uses));
            case JsonValue value:
                return !Same(Text(value), name.Name);
            case not JsonObject:
                return true;
        }

        var map = (JsonObject)node;
        var rest = map.Select(m => m.Key).ToHashSet(StringComparer.Ordinal);
        if (ReferenceEquals(map, name.Relation))
        {
            uses.Add(n => map["alias"] = n);
            rest.Remove("alias");
        }

        // A table of a schema keeps its name; one without is the common table.
        if (map.ContainsKey("table_name"))
        {
            if (Text(map["schema_name"]).Length == 0 && name.Relation is null && isInside && Same(Text(map["table_name"]), name.Name))
            {
                uses.Add(n => map["table_name"] = n);
                rest.Remove("table_name");
            }
            else if (Text(map["schema_name"]).Length > 0)
            {
                rest.Remove("table_name");
            }
        }

        if (isInside && map["column_names"] is JsonArray { Count: >= 2 } columns)
        {
            if (Same(Text(columns[0]), name.Name))
            {
                uses.Add(n => columns[0] = n);
                return columns.Skip(1).All(c => !Same(Text(c), name.Name));
            }

            if (columns.Count == 3 && name.Relation is { } table && Text(table["alias"]).Length == 0 && Same(Text(columns[0]), Text(table["schema_name"])) && Same(Text(columns[1]), name.Name))
            {
                uses.Add(n => map["column_names"] = new JsonArray(n, columns[2]!.DeepClone()));
                return true;
            }
        }

        if (isInside && map.ContainsKey("relation_name") && Same(Text(map["relation_name"]), name.Name))
        {
            uses.Add(n => map["relation_name"] = n);
            rest.Remove("relation_name");
        }

        if (name.Relation is null && map.ContainsKey("key") && Same(Text(map["key"]), name.Name) && (name.Scope["cte_map"]?["map"]?.AsArray().Contains(map) ?? false))
        {
            uses.Add(n => map["key"] = n);
            rest.Remove("key");
        }

        return rest.All(key => TryFindUses(map[key], name, isInside, uses));
    }

    /// <summary>Where a SELECT reads one table, its columns need not name it. A column that the list makes under the same name is another one.</summary>
    private static void DropNeedlessQualifiers(JsonNode? node)
    {
        if (node is JsonObject select && Text(select["type"]) == "SELECT_NODE" && Relations(select["from_table"]).ToArray() is [var only] && NameOf(only) is ['\u0001', ..] name)
        {
            var made = (select["select_list"]?.AsArray() ?? []).Select(i => Text(i?["alias"])).Where(a => a.Length > 0).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var part in select.Where(m => m.Key is not ("cte_map" or "from_table")).Select(m => m.Value))
            {
                Drop(part, name, made);
            }
        }

        foreach (var child in Children(node))
        {
            DropNeedlessQualifiers(child);
        }
    }

    private static void Drop(JsonNode? node, string name, HashSet<string> made)
    {
        if (node is JsonObject map)
        {
            if (Text(map["type"]) == "SELECT_NODE")
            {
                return;
            }

            if (map["column_names"] is JsonArray { Count: 2 } columns && Text(columns[0]) == name && !made.Contains(Text(columns[1])))
            {
                map["column_names"] = new JsonArray(columns[1]!.DeepClone());
            }

            if (Text(map["relation_name"]) == name)
            {
                map["relation_name"] = "";
            }
        }

        foreach (var child in Children(node))
        {
            Drop(child, name, made);
        }
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
