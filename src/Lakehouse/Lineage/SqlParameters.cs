using System.Text.Json.Nodes;
using Lakehouse.DuckDb;

namespace Lakehouse.Lineage;

/// <summary>Puts typed NULLs in place of parameters: the engine plans no text whose parameters have no values.</summary>
internal static class SqlParameters
{
    public static string Replace(DuckDbConnection connection, string sql, IReadOnlyDictionary<string, string> types)
    {
        var tree = JsonNode.Parse(Ask(connection, "SELECT json_serialize_sql($sql::VARCHAR)", sql), documentOptions: new() { MaxDepth = 4096 })!;
        Visit(tree, name => Cast(connection, types.GetValueOrDefault(name) ?? "VARCHAR"));
        foreach (var statement in tree["statements"]!.AsArray())
        {
            statement!["named_param_map"] = new JsonArray();
        }

        return Ask(connection, "SELECT json_deserialize_sql($sql::VARCHAR::JSON)", tree.ToJsonString(new() { MaxDepth = 4096 }));
    }

    /// <summary>The tree of a cast, as the engine's own parser writes it.</summary>
    private static JsonNode Cast(DuckDbConnection connection, string type) =>
        JsonNode.Parse(Ask(connection, "SELECT json_serialize_sql($sql::VARCHAR)", $"SELECT CAST(NULL AS {type})"))!["statements"]![0]!["node"]!["select_list"]![0]!.DeepClone();

    private static void Visit(JsonNode node, Func<string, JsonNode> replacement)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map.ToList())
                {
                    if (value is JsonObject child && IsParameter(child))
                    {
                        map[key] = Replaced(child, replacement);
                    }
                    else if (value is not null)
                    {
                        Visit(value, replacement);
                    }
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is JsonObject child && IsParameter(child))
                    {
                        list[i] = Replaced(child, replacement);
                    }
                    else if (list[i] is { } value)
                    {
                        Visit(value, replacement);
                    }
                }

                break;
            default:
                // Values hold no parameters.
                break;
        }
    }

    private static bool IsParameter(JsonObject node) => node["type"] is JsonValue type && type.TryGetValue<string>(out var text) && text == "VALUE_PARAMETER";

    private static JsonNode Replaced(JsonObject parameter, Func<string, JsonNode> replacement)
    {
        var cast = replacement(parameter["identifier"]!.GetValue<string>());
        cast["alias"] = parameter["alias"]?.DeepClone() ?? "";
        return cast;
    }

    private static string Ask(DuckDbConnection connection, string question, string sql) =>
        connection.Scalar<string>(question, new Dictionary<string, object?> { ["sql"] = sql })!;
}
