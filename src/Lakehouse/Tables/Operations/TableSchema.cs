using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>A table's columns as an operation needs them: with the engine's types, which of them stand in the log, which must not be NULL.</summary>
internal sealed class TableSchema
{
    private readonly JsonObject _schema;

    private TableSchema(MetadataAction metadata)
    {
        _schema = JsonNode.Parse(metadata.SchemaString)!.AsObject();
        Metadata = metadata;
        Columns = DeltaTypes.FromDeltaSchema(metadata.SchemaString);
        PartitionColumns = [.. metadata.PartitionColumns.Select(p => Columns.First(c => c.Name == p))];
        DataColumns = [.. Columns.Where(c => !metadata.PartitionColumns.Contains(c.Name, StringComparer.Ordinal))];
    }

    public MetadataAction Metadata { get; }

    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>In the order of the table's partitioning.</summary>
    public IReadOnlyList<TableColumn> PartitionColumns { get; }

    public IReadOnlyList<TableColumn> DataColumns { get; }

    /// <summary>The fields as the log has them.</summary>
    public JsonArray Fields => _schema["fields"]!.AsArray();

    public static TableSchema Of(MetadataAction metadata) => new(metadata);

    /// <summary>Columns, also inside of structs, that must not be NULL: a name for people, and an expression that is true where the rule is kept.</summary>
    public IEnumerable<(string Name, string IsKept)> Required() => Required(Fields, "", "", "");

    private static IEnumerable<(string Name, string IsKept)> Required(JsonArray fields, string name, string path, string parent)
    {
        foreach (var field in fields.Select(f => f!.AsObject()))
        {
            var own = (string)field["name"]!;
            var at = path.Length == 0 ? SqlIdentifier.Quote(own) : $"{path}.{SqlIdentifier.Quote(own)}";
            if (field["nullable"] is { } nullable && !nullable.GetValue<bool>())
            {
                // A field of a struct that is NULL itself is not missing.
                yield return (name + own, parent.Length == 0 ? $"{at} IS NOT NULL" : $"({parent} IS NULL OR {at} IS NOT NULL)");
            }

            if (field["type"] is JsonObject type && (string?)type["type"] == "struct")
            {
                foreach (var inner in Required(type["fields"]!.AsArray(), $"{name}{own}.", at, at))
                {
                    yield return inner;
                }
            }
        }
    }
}
