using System.Text.Json.Nodes;

namespace Lakehouse.Delta.Transactions;

/// <summary>
/// What a writer must honour before it may commit. A feature that is listed but does nothing in this table is no reason to refuse; one that this writer
/// cannot honour, or does not know, is refused by name. Source: Delta protocol, "Requirements for Writers" and "Valid Feature Names".
/// </summary>
public static class WriterRules
{
    /// <summary>Features of writer version 7 that need nothing from this writer, or what it does.</summary>
    private static readonly HashSet<string> Honoured = new(StringComparer.Ordinal)
    {
        "appendOnly", "invariants", "checkConstraints", "changeDataFeed", "deletionVectors", "timestampNtz", "domainMetadata", "clustering",
        "inCommitTimestamp", "typeWidening", "typeWidening-preview", "vacuumProtocolCheck", "v2Checkpoint", "checkpointProtection",
    };

    /// <summary>Features that are harmless as long as no column uses them, and what in a column's metadata says that it does.</summary>
    private static readonly Dictionary<string, string> ByColumn = new(StringComparer.Ordinal)
    {
        ["invariants"] = "delta.invariants",
        ["generatedColumns"] = "delta.generationExpression",
        ["identityColumns"] = "delta.identity.start",
        ["allowColumnDefaults"] = "CURRENT_DEFAULT",
        ["columnMapping"] = "delta.columnMapping.physicalName",
    };

    /// <summary>How the properties that hold CHECK constraints begin.</summary>
    internal const string ConstraintPrefix = "delta.constraints.";

    private static readonly Dictionary<string, int> SinceVersion = new(StringComparer.Ordinal)
    {
        ["invariants"] = 2,
        ["generatedColumns"] = 4,
        ["columnMapping"] = 5,
        ["identityColumns"] = 6,
    };

    /// <summary>Refuses a table that this writer must not write to.</summary>
    /// <exception cref="LakehouseException"><c>delta.unsupported</c>: names the features.</exception>
    public static void RefuseUnsupported(string table, ProtocolAction protocol, MetadataAction metadata)
    {
        if (protocol.MinWriterVersion is > 7 or < 1)
        {
            throw Unsupported(table, $"writer version {protocol.MinWriterVersion}", protocol);
        }

        var listed = protocol.MinWriterVersion == 7
            ? protocol.WriterFeatures
            : [.. SinceVersion.Where(f => f.Value <= protocol.MinWriterVersion).Select(f => f.Key)];
        var refused = listed.Where(f => ByColumn.TryGetValue(f, out var mark) ? Uses(metadata, mark) : protocol.MinWriterVersion == 7 && !Honoured.Contains(f)).ToArray();
        if (refused.Length > 0)
        {
            throw Unsupported(table, $"feature{(refused.Length > 1 ? "s" : "")} {string.Join(", ", refused)}", protocol);
        }
    }

    /// <summary>Refuses actions that break a rule of the table.</summary>
    /// <param name="table">Folder of the table, for the message.</param>
    /// <param name="metadata">Its settings.</param>
    /// <param name="actions">What is to be committed.</param>
    /// <param name="rowsAreChecked">Whether the new rows were held against the table's CHECK constraints.</param>
    /// <exception cref="LakehouseException"><c>delta.append_only</c>: rows would be taken from a table that only grows.</exception>
    /// <exception cref="LakehouseException"><c>delta.unsupported</c>: the table has CHECK constraints and nobody held the rows against them.</exception>
    public static void RefuseBroken(string table, MetadataAction metadata, IReadOnlyCollection<DeltaAction> actions, bool rowsAreChecked)
    {
        if (!rowsAreChecked && actions.Any(a => a is AddFile { DataChange: true })
            && metadata.Configuration.Keys.FirstOrDefault(k => k.StartsWith(ConstraintPrefix, StringComparison.Ordinal)) is { } constraint)
        {
            throw new LakehouseException(
                "delta.unsupported",
                $"Table '{table}' has the CHECK constraint '{constraint[ConstraintPrefix.Length..]}' (feature checkConstraints), and the new rows were not held against it. Help: write them with the table's operations, which do.");
        }

        if (IsTrue(metadata, "delta.appendOnly") && actions.OfType<RemoveFile>().FirstOrDefault(r => r.DataChange) is { } remove)
        {
            throw new LakehouseException("delta.append_only", $"Table '{table}' is append-only ('delta.appendOnly' is true), but the commit removes '{remove.Path}'. Help: append, or take the property off the table.");
        }
    }

    /// <summary>Whether a table property is set to true.</summary>
    internal static bool IsTrue(MetadataAction metadata, string property) =>
        metadata.Configuration.TryGetValue(property, out var text) && bool.TryParse(text, out var value) && value;

    /// <summary>Whether a column, at any depth, has a mark in its metadata.</summary>
    private static bool Uses(MetadataAction metadata, string mark) =>
        metadata.SchemaString.Contains($"\"{mark}\"", StringComparison.Ordinal) && HasMark(JsonNode.Parse(metadata.SchemaString), mark);

    private static bool HasMark(JsonNode? node, string mark) => node switch
    {
        JsonObject o => (o["metadata"] is JsonObject marks && o.ContainsKey("name") && marks.ContainsKey(mark)) || o.Any(p => p.Key != "metadata" && HasMark(p.Value, mark)),
        JsonArray a => a.Any(n => HasMark(n, mark)),
        _ => false,
    };

    private static LakehouseException Unsupported(string table, string what, ProtocolAction protocol) => new(
        "delta.unsupported",
        $"Table '{table}' cannot be written: it needs {what} (writer version {protocol.MinWriterVersion}), which this writer does not honour. Help: write it with the engine that made it, or drop the feature there.");
}
