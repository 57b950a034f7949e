namespace Lakehouse.Delta.Transactions;

/// <summary>The one change of a table that a running blind append may ignore: deletion vectors were switched on.</summary>
internal static class ToleratedUpgrade
{
    private const string Property = "delta.enableDeletionVectors";
    private const string Feature = "deletionVectors";

    /// <summary>Features that are named for the first time when a table of version 2 gets its lists.</summary>
    private static readonly string[] Implied = ["appendOnly", "invariants"];

    public static bool Covers(MetadataAction before, MetadataAction after) =>
        before.Id == after.Id && before.SchemaString == after.SchemaString && before.PartitionColumns.SequenceEqual(after.PartitionColumns, StringComparer.Ordinal)
        && Rest(before).SequenceEqual(Rest(after));

    public static bool Covers(ProtocolAction before, ProtocolAction after) =>
        (before.MinWriterVersion == 2 || before.MinWriterVersion == 7)
        && after is { MinReaderVersion: 3, MinWriterVersion: 7 }
        && Added(before.ReaderFeatures, after.ReaderFeatures).All(f => f == Feature)
        && Added(before.WriterFeatures, after.WriterFeatures).All(f => f == Feature || Implied.Contains(f, StringComparer.Ordinal))
        && Added(after.WriterFeatures, before.WriterFeatures).Length == 0;

    private static string[] Added(IReadOnlyList<string> before, IReadOnlyList<string> after) => [.. after.Except(before, StringComparer.Ordinal)];

    private static IOrderedEnumerable<KeyValuePair<string, string>> Rest(MetadataAction metadata) =>
        metadata.Configuration.Where(p => p.Key != Property).OrderBy(p => p.Key, StringComparer.Ordinal);
}
