// One file: the types of the Delta protocol's schema, one family (PROTOCOL.md, "Schema Serialization Format").
using System.Globalization;
using System.Text.Json.Nodes;

namespace Lakehouse.Delta.Schema;

/// <summary>Type of a column or of a part of one.</summary>
public abstract record DeltaType;

/// <summary>A type without parts.</summary>
/// <param name="Name">Its name, such as <c>long</c> or <c>decimal(10,2)</c>.</param>
public sealed record DeltaPrimitive(string Name) : DeltaType;

/// <summary>A list.</summary>
/// <param name="Element">Type of its elements.</param>
/// <param name="ContainsNull">Whether an element may be NULL.</param>
public sealed record DeltaArray(DeltaType Element, bool ContainsNull) : DeltaType;

/// <summary>A map.</summary>
/// <param name="Key">Type of its keys.</param>
/// <param name="Value">Type of its values.</param>
/// <param name="ValueContainsNull">Whether a value may be NULL.</param>
public sealed record DeltaMap(DeltaType Key, DeltaType Value, bool ValueContainsNull) : DeltaType;

/// <summary>A structure; also a whole table.</summary>
/// <param name="Fields">Its fields, in order.</param>
public sealed record DeltaStruct(IReadOnlyList<DeltaField> Fields) : DeltaType
{
    /// <summary>Reads a schema.</summary>
    /// <exception cref="FormatException">The text is not a schema; says where.</exception>
    public static DeltaStruct Parse(string schema)
    {
        try
        {
            return JsonNode.Parse(schema) is JsonObject root && Type(root, "the schema") is DeltaStruct whole
                ? whole
                : throw new FormatException("a table's schema must be a 'struct'.");
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new FormatException($"a schema must be JSON of the protocol's shape: {e.Message}", e);
        }
    }

    private static DeltaType Type(JsonNode? node, string where) => node switch
    {
        JsonValue name => new DeltaPrimitive(name.GetValue<string>()),
        JsonObject o when (string?)o["type"] == "struct" => new DeltaStruct([.. (o["fields"] as JsonArray ?? throw Missing("fields", where)).Select(f => Field(f as JsonObject ?? throw Missing("fields", where)))]),
        JsonObject o when (string?)o["type"] == "array" => new DeltaArray(Type(o["elementType"], where), (bool?)o["containsNull"] ?? true),
        JsonObject o when (string?)o["type"] == "map" => new DeltaMap(Type(o["keyType"], where), Type(o["valueType"], where), (bool?)o["valueContainsNull"] ?? true),
        _ => throw Missing("type", where),
    };

    private static DeltaField Field(JsonObject o)
    {
        var name = (string?)o["name"] ?? throw Missing("name", "a field");
        return new DeltaField(name, Type(o["type"], $"'{name}'"), (bool?)o["nullable"] ?? true) { Metadata = o["metadata"] as JsonObject ?? [] };
    }

    private static FormatException Missing(string name, string where) => new($"'{name}' is missing or of another type in {where}.");
}

/// <summary>A column, or a field of a structure.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Nullable">Whether it may be NULL.</param>
public sealed record DeltaField(string Name, DeltaType Type, bool Nullable)
{
    /// <summary>What else the schema says of it.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>Name in the files, partition values and statistics of a table with column mapping; else the name itself.</summary>
    public string PhysicalName => Text("delta.columnMapping.physicalName") ?? Name;

    /// <summary>Id in the files of a table with column mapping; null without.</summary>
    public int? Id => Metadata["delta.columnMapping.id"] is JsonValue id ? int.Parse(id.ToJsonString(), CultureInfo.InvariantCulture) : null;

    private string? Text(string key) => Metadata[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
