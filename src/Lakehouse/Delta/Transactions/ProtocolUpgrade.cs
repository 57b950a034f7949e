namespace Lakehouse.Delta.Transactions;

/// <summary>The protocol a table needs once a feature is used in it. Source: Delta protocol, "Table Features".</summary>
internal static class ProtocolUpgrade
{
    /// <summary>What each writer version stands for, from that on which brought it.</summary>
    private static readonly (int Version, string[] Features)[] Legacy =
    [
        (2, ["appendOnly", "invariants"]), (3, ["checkConstraints"]), (4, ["changeDataFeed", "generatedColumns"]), (5, ["columnMapping"]), (6, ["identityColumns"]),
    ];

    /// <summary>Properties that switch a feature on, and whether readers must know it too.</summary>
    private static readonly Dictionary<string, (string Feature, bool Reads)> ByProperty = new(StringComparer.Ordinal)
    {
        ["delta.enableChangeDataFeed"] = ("changeDataFeed", false),
        ["delta.enableTypeWidening"] = ("typeWidening", true),
        ["delta.enableInCommitTimestamps"] = ("inCommitTimestamp", false),
        ["delta.enableDeletionVectors"] = ("deletionVectors", true),
    };

    /// <summary>Properties that switch on what this writer cannot do.</summary>
    private static readonly string[] Refused = ["delta.columnMapping.mode", "delta.enableRowTracking", "delta.randomizeFilePrefixes", "delta.enableIcebergCompatV1", "delta.enableIcebergCompatV2"];

    /// <summary>The protocol for a new table with a set of properties.</summary>
    /// <exception cref="LakehouseException"><c>delta.unsupported</c>: a property switches on what this writer cannot do.</exception>
    public static ProtocolAction ForConfiguration(string table, ProtocolAction protocol, IReadOnlyDictionary<string, string> properties) => ForProperties(
        table, properties.Keys.Any(k => k.StartsWith(WriterRules.ConstraintPrefix, StringComparison.Ordinal)) ? WithConstraints(protocol) : protocol, properties);

    /// <summary>The protocol for a set of properties; the one given when it is enough.</summary>
    /// <exception cref="LakehouseException"><c>delta.unsupported</c>: a property switches on what this writer cannot do.</exception>
    public static ProtocolAction ForProperties(string table, ProtocolAction protocol, IEnumerable<KeyValuePair<string, string>> properties)
    {
        foreach (var (name, value) in properties)
        {
            if (Refused.Contains(name, StringComparer.Ordinal) && value is not ("false" or "none"))
            {
                throw new LakehouseException("delta.unsupported", $"Table '{table}': property '{name}' switches on what this writer does not do. Help: set it with an engine that does.");
            }

            if (ByProperty.TryGetValue(name, out var feature) && bool.TryParse(value, out var isOn) && isOn)
            {
                protocol = WithFeature(protocol, feature.Feature, feature.Reads);
            }
        }

        return protocol;
    }

    /// <summary>The protocol with CHECK constraints: by version 3, as Spark does it, or by name where the table has a list.</summary>
    public static ProtocolAction WithConstraints(ProtocolAction protocol) => protocol.MinWriterVersion switch
    {
        < 3 => protocol with { MinWriterVersion = 3 },
        < 7 => protocol,
        _ => WithFeature(protocol, "checkConstraints", reads: false),
    };

    private static ProtocolAction WithFeature(ProtocolAction protocol, string feature, bool reads)
    {
        if (protocol.MinWriterVersion < 7 && !reads && Legacy.Any(l => l.Version <= protocol.MinWriterVersion && l.Features.Contains(feature, StringComparer.Ordinal)))
        {
            return protocol;
        }

        IEnumerable<string> writer = protocol.MinWriterVersion == 7 ? protocol.WriterFeatures : Legacy.Where(l => l.Version <= protocol.MinWriterVersion).SelectMany(l => l.Features);
        IEnumerable<string> reader = protocol.MinReaderVersion == 3 ? protocol.ReaderFeatures : protocol.MinReaderVersion == 2 ? ["columnMapping"] : [];
        return reads || protocol.MinReaderVersion == 3
            ? new ProtocolAction(3, 7, [.. reader.Union(reads ? [feature] : [], StringComparer.Ordinal)], [.. writer.Union([feature], StringComparer.Ordinal)])
            : new ProtocolAction(protocol.MinReaderVersion, 7, [], [.. writer.Union([feature], StringComparer.Ordinal)]);
    }
}
