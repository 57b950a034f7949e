using Lakehouse.Delta.Schema;

namespace Lakehouse.Delta;

/// <summary>What this reader can read, by the protocol's names (docs/specs/delta.md).</summary>
internal static class ReaderFeatures
{
    /// <summary>Newest reader version: from 3 on the features are named.</summary>
    public const int NewestVersion = 3;

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "columnMapping",
        "deletionVectors",
        "timestampNtz",
        "typeWidening",
        "typeWidening-preview",
        "v2Checkpoint",
        "vacuumProtocolCheck",
    };

    /// <summary>Refuses a table that needs what this reader does not know: its rows would be wrong.</summary>
    /// <exception cref="LakehouseException"><c>delta.unsupported</c>: names what is needed.</exception>
    public static void RefuseUnsupported(string table, ProtocolAction protocol, MetadataAction metadata)
    {
        if (protocol.MinReaderVersion > NewestVersion)
        {
            throw new LakehouseException("delta.unsupported", $"Table '{table}' needs a reader of version {protocol.MinReaderVersion}; this one reads up to version {NewestVersion}. Help: read it with a newer release.");
        }

        if (protocol.MinReaderVersion == 3 && protocol.ReaderFeatures.Where(f => !Known.Contains(f)).ToArray() is { Length: > 0 } unknown)
        {
            throw new LakehouseException(
                "delta.unsupported",
                $"Table '{table}' needs reader features that are not supported: {string.Join(", ", unknown)}. Supported: {string.Join(", ", Known.Order(StringComparer.Ordinal))}. "
                + "Help: read it with an engine that knows them, or drop the features from the table.");
        }

        _ = MappingOf(table, protocol, metadata);
    }

    /// <summary>How the table's columns are found; the property counts only where the protocol has the feature.</summary>
    /// <exception cref="LakehouseException"><c>delta.unsupported</c>: a mode nobody knows.</exception>
    public static ColumnMapping MappingOf(string table, ProtocolAction protocol, MetadataAction metadata)
    {
        var hasFeature = protocol.MinReaderVersion == 2 || protocol.ReaderFeatures.Contains("columnMapping", StringComparer.Ordinal);
        return !hasFeature ? ColumnMapping.None : metadata.Configuration.GetValueOrDefault("delta.columnMapping.mode", "none") switch
        {
            "none" => ColumnMapping.None,
            "name" => ColumnMapping.Name,
            "id" => ColumnMapping.Id,
            var mode => throw new LakehouseException("delta.unsupported", $"Table '{table}' has the column mapping mode '{mode}' (feature columnMapping): expected none, name or id."),
        };
    }
}
