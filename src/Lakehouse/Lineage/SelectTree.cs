using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.DuckDb;

namespace Lakehouse.Lineage;

/// <summary>One SELECT as the parser sees it, in the parts that are compared.</summary>
internal sealed class SelectTree
{
    private static readonly (string Key, string Name)[] Parts =
    [
        ("from_table", "what is read"), ("where_clause", "the filter"), ("group_expressions", "the grouping"), ("group_sets", "the grouping"),
        ("aggregate_handling", "the grouping"), ("having", "the filter of groups"), ("sample", "the sample"), ("qualify", "the filter of windows"), ("modifiers", "order, limit or distinct"),
    ];

    private readonly JsonObject _node;

    private SelectTree(JsonObject node)
    {
        _node = node;
        var ctes = _node["cte_map"]?["map"]?.AsArray() ?? [];
        CommonTables = [.. ctes.Select(c => CommonTable((JsonObject)c!))];
        Items = IsSelect ? [.. _node["select_list"]!.AsArray().Select(i => new SelectItem(i!))] : [];
    }

    /// <summary>Whether it is one SELECT, not a UNION or a recursion.</summary>
    public bool IsSelect => _node["type"]?.GetValue<string>() == "SELECT_NODE";

    /// <summary>Tables of its WITH: name, query, and what is said about them besides.</summary>
    public IReadOnlyList<(string Name, SelectTree Body, JsonNode? Frame)> CommonTables { get; }

    public IReadOnlyList<SelectItem> Items { get; }

    public bool HasStar => TreeText.Has(_node, "class", "STAR");

    public bool HasNaturalJoin => TreeText.Has(_node["from_table"], "ref_type", "NATURAL");

    /// <summary>Whether the rows follow from a column of the select list itself: with DISTINCT, ORDER BY ALL, or GROUP BY ALL where it is no aggregate.</summary>
    /// <param name="column">Name of a column; true when the list has none of that name.</param>
    public bool DecidesRows(string column) => TreeText.Has(_node["modifiers"], "type", "DISTINCT_MODIFIER") || TreeText.Has(_node["modifiers"], "class", "STAR")
        || (_node["aggregate_handling"]?.GetValue<string>() == "FORCE_AGGREGATES" && !Items.Any(i => string.Equals(i.Name, column, StringComparison.OrdinalIgnoreCase) && IsAggregate(i)));

    /// <summary>Whether the list is made of many rows though nothing is grouped: then there is one row.</summary>
    public bool IsAggregated => (_node["group_expressions"]?.AsArray().Count ?? 0) == 0 && Items.Any(IsAggregate);

    /// <summary>Whether ORDER BY or GROUP BY name columns by their place.</summary>
    public bool UsesPositions =>
        (_node["group_expressions"]?.AsArray() ?? []).Any(IsConstant)
        || (_node["modifiers"]?.AsArray() ?? []).SelectMany(m => m?["orders"]?.AsArray() ?? []).Any(o => IsConstant(o?["expression"]));

    public static SelectTree Read(string sql)
    {
        using var document = SqlParser.Tree(sql);
        var node = JsonObject.Create(document.RootElement.Clone())!;
        TreeForm.Apply(node);
        return new SelectTree(node);
    }

    public bool SameAs(SelectTree other) => JsonNode.DeepEquals(_node, other._node);

    /// <summary>Whether nothing differs but what common tables and aliases of tables are called.</summary>
    public bool SameButNames(SelectTree other) => JsonNode.DeepEquals(QueryNames.Normalise(_node), QueryNames.Normalise(other._node));

    /// <summary>The first part but the list and WITH that differs, by its name; null when none does.</summary>
    public string? OtherPart(SelectTree other) => Parts.FirstOrDefault(p => !JsonNode.DeepEquals(_node[p.Key], other._node[p.Key])).Name;

    public bool Mentions(string name) => TreeText.Mentions(_node, name);

    public bool MentionsOutsideOfList(string name) => Parts.Any(p => TreeText.Mentions(_node[p.Key], name));

    private static (string Name, SelectTree Body, JsonNode? Frame) CommonTable(JsonObject entry)
    {
        var frame = (JsonObject)entry["value"]!.DeepClone();
        var body = (JsonObject)frame["query"]!["node"]!.DeepClone();
        frame.Remove("query");
        return (entry["key"]!.GetValue<string>(), new SelectTree(body), frame);
    }

    private static bool IsAggregate(SelectItem item) => TreeText.Calls(WithoutWindows(item.Node), [.. SqlParser.Aggregates]);

    private static bool IsConstant(JsonNode? node) => node?["class"]?.GetValue<string>() == "CONSTANT";

    /// <summary>The tree without its window functions: they keep the rows.</summary>
    private static JsonNode? WithoutWindows(JsonNode? node) => node switch
    {
        JsonObject map when map["class"]?.GetValue<string>() == "WINDOW" => null,
        JsonObject map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, WithoutWindows(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(WithoutWindows)]),
        _ => node?.DeepClone(),
    };
}
