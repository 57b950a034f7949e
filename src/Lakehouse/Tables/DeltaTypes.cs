using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables;

/// <summary>The engine's SQL types as Delta types and back. Source of the names: Delta protocol, "Schema serialization format".</summary>
public static partial class DeltaTypes
{
    private static readonly Dictionary<string, string> Primitive = new(StringComparer.OrdinalIgnoreCase)
    {
        ["BOOLEAN"] = "boolean",
        ["TINYINT"] = "byte",
        ["SMALLINT"] = "short",
        ["INTEGER"] = "integer",
        ["BIGINT"] = "long",
        ["FLOAT"] = "float",
        ["DOUBLE"] = "double",
        ["VARCHAR"] = "string",
        ["BLOB"] = "binary",
        ["DATE"] = "date",
        ["TIMESTAMP WITH TIME ZONE"] = "timestamp",
    };

    private static readonly Dictionary<string, string> Back = Primitive.ToDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);

    /// <summary>Delta schema of a relation.</summary>
    /// <exception cref="LakehouseException"><c>schema.type</c>: a column's type has no counterpart in a table that every reader reads.</exception>
    public static string ToDeltaSchema(IEnumerable<TableColumn> columns)
    {
        var fields = new JsonArray();
        foreach (var column in columns)
        {
            fields.Add(new JsonObject
            {
                ["name"] = column.Name,
                ["type"] = ToDelta(column),
                ["nullable"] = true,
                ["metadata"] = new JsonObject(),
            });
        }

        return new JsonObject { ["type"] = "struct", ["fields"] = fields }.ToJsonString();
    }

    /// <summary>Columns of a Delta schema with the engine's types.</summary>
    /// <exception cref="LakehouseException"><c>schema.type</c>: a type is not supported yet.</exception>
    public static IReadOnlyList<TableColumn> FromDeltaSchema(string schema) =>
        [.. JsonNode.Parse(schema)!["fields"]!.AsArray().Select(f => new TableColumn(f!["name"]!.GetValue<string>(), FromDelta(f["name"]!.GetValue<string>(), f["type"]!)))];

    private static string ToDelta(TableColumn column)
    {
        if (Primitive.TryGetValue(column.SqlType, out var name))
        {
            return name;
        }

        if (Decimal().Match(column.SqlType) is { Success: true } match)
        {
            return $"decimal({match.Groups[1].Value},{match.Groups[2].Value})";
        }

        throw new LakehouseException(
            "schema.type",
            $"Column '{column.Name}' has type {column.SqlType}: expected one of {string.Join(", ", Primitive.Keys)}, DECIMAL(p,s). "
            + $"Help: cast it in the model{(column.SqlType == "TIMESTAMP" ? "; for an instant use timezone('UTC', column)" : column.SqlType == "HUGEINT" ? "; sums of whole numbers need CAST(sum(x) AS BIGINT)" : "")}.");
    }

    private static string FromDelta(string column, JsonNode type)
    {
        if (type is JsonObject nested)
        {
            return nested["type"]!.GetValue<string>() switch
            {
                "struct" => $"STRUCT({string.Join(", ", nested["fields"]!.AsArray().Select(f => $"{SqlIdentifier.Quote((string)f!["name"]!)} {FromDelta(column, f["type"]!)}"))})",
                "array" => $"{FromDelta(column, nested["elementType"]!)}[]",
                "map" => $"MAP({FromDelta(column, nested["keyType"]!)}, {FromDelta(column, nested["valueType"]!)})",
                var other => throw Unknown(column, other),
            };
        }

        var name = type.GetValue<string>();
        return Back.TryGetValue(name, out var sql) ? sql
            : name.StartsWith("decimal(", StringComparison.Ordinal) ? name.ToUpperInvariant()
            : throw Unknown(column, name);
    }

    private static LakehouseException Unknown(string column, string type) =>
        new("schema.type", $"Column '{column}' has Delta type '{type}', which is not supported yet. Help: leave the column out, or read the table with another engine.");

    [GeneratedRegex(@"^DECIMAL\((\d+),\s*(\d+)\)$")]
    private static partial Regex Decimal();
}
