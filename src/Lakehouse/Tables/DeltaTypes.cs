using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lakehouse.Delta.Schema;
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

    private static readonly Dictionary<string, string> Back = new(Primitive.ToDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal), StringComparer.Ordinal)
    {
        ["timestamp_ntz"] = "TIMESTAMP",
        ["void"] = "INTEGER", // It holds nothing but NULL.
    };

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
    public static IReadOnlyList<TableColumn> FromDeltaSchema(string schema) => Columns(DeltaStruct.Parse(schema));

    /// <summary>Columns of a Delta schema with the engine's types.</summary>
    /// <exception cref="LakehouseException"><c>schema.type</c>: a type is not supported yet.</exception>
    public static IReadOnlyList<TableColumn> Columns(DeltaStruct schema) =>
        [.. schema.Fields.Select(f => new TableColumn(f.Name, Sql(f.Name, f.Type, n => n.Name)))];

    /// <summary>The engine's type of a column as it lies in the files of a table with column mapping: the fields of structures have their physical names.</summary>
    public static string Physical(DeltaField field) => Sql(field.Name, field.Type, n => n.PhysicalName);

    /// <summary>What tables store of the engine's types, for people.</summary>
    public static string Storable => string.Join(", ", Primitive.Keys) + ", DECIMAL(p,s)";

    /// <summary>Whether a table can store a type of the engine.</summary>
    /// <param name="sqlType">The engine's name of the type.</param>
    public static bool CanStore(string sqlType) => NameOf(sqlType) is not null;

    /// <summary>What to do about a type that no table stores.</summary>
    /// <param name="sqlType">The engine's name of the type.</param>
    public static string HelpFor(string sqlType) => "cast it in the model" + sqlType switch
    {
        "TIMESTAMP" => "; for an instant use timezone('UTC', column)",
        "HUGEINT" => "; sums of whole numbers need CAST(sum(x) AS BIGINT)",
        _ => "",
    };

    private static string ToDelta(TableColumn column) => NameOf(column.SqlType)
        ?? throw new LakehouseException("schema.type", $"Column '{column.Name}' has type {column.SqlType}: expected one of {Storable}. Help: {HelpFor(column.SqlType)}.");

    private static string? NameOf(string sqlType) =>
        Primitive.TryGetValue(sqlType, out var name) ? name
        : Decimal().Match(sqlType) is { Success: true } match ? $"decimal({match.Groups[1].Value},{match.Groups[2].Value})"
        : null;

    private static string Sql(string column, DeltaType type, Func<DeltaField, string> name) => type switch
    {
        DeltaStruct s => $"STRUCT({string.Join(", ", s.Fields.Select(f => $"{SqlIdentifier.Quote(name(f))} {Sql(column, f.Type, name)}"))})",
        DeltaArray a => $"{Sql(column, a.Element, name)}[]",
        DeltaMap m => $"MAP({Sql(column, m.Key, name)}, {Sql(column, m.Value, name)})",
        DeltaPrimitive p when Back.TryGetValue(p.Name, out var sql) => sql,
        DeltaPrimitive p when p.Name.StartsWith("decimal(", StringComparison.Ordinal) => p.Name.ToUpperInvariant(),
        DeltaPrimitive { Name: "decimal" } => "DECIMAL(10,0)",
        DeltaPrimitive p => throw Unknown(column, p.Name),
        _ => throw Unknown(column, type.ToString()),
    };

    private static LakehouseException Unknown(string column, string type) =>
        new("schema.type", $"Column '{column}' has Delta type '{type}', which is not supported yet. Help: leave the column out, or read the table with another engine.");

    [GeneratedRegex(@"^DECIMAL\((\d+),\s*(\d+)\)$")]
    private static partial Regex Decimal();
}
