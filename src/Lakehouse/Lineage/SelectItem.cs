using System.Text.Json.Nodes;

namespace Lakehouse.Lineage;

/// <summary>One expression of a select list.</summary>
/// <param name="Node">Its tree, without places.</param>
internal sealed record SelectItem(JsonNode Node)
{
    /// <summary>Whether it stands for columns of a table instead of one of its own.</summary>
    public bool IsStar => Node["class"]?.GetValue<string>() == "STAR";

    /// <summary>Name of the column it makes; null when only the engine knows it.</summary>
    public string? Name => Node["alias"]?.GetValue<string>() is { Length: > 0 } alias ? alias
        : Node["class"]?.GetValue<string>() == "COLUMN_REF" ? Node["column_names"]!.AsArray()[^1]!.GetValue<string>()
        : null;

    public bool SameAs(SelectItem other) => JsonNode.DeepEquals(Node, other.Node);

    /// <summary>Whether the expression uses a name; its own alias is not a use.</summary>
    public bool Mentions(string name)
    {
        var expression = (JsonObject)Node.DeepClone();
        expression.Remove("alias");
        return TreeText.Mentions(expression, name);
    }

    /// <summary>Whether it calls one of some functions.</summary>
    public bool Calls(IReadOnlyCollection<string> functions) => TreeText.Calls(Node, functions);
}
