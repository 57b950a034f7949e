using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lakehouse.Delta;
using Lakehouse.Delta.Schema;

namespace Orchestrator.Conformance;

/// <summary>A version's recorded state beside the one that was read.</summary>
internal static partial class DeltaState
{
    /// <summary>What differs first; null when nothing does.</summary>
    public static string? Differs(JsonObject expected, DeltaSnapshot seen)
    {
        var protocol = expected["protocol"];
        var files = expected["activeFiles"] as JsonArray;
        return First(
            Compare("minReaderVersion", (int?)protocol?["minReaderVersion"], seen.Protocol.MinReaderVersion),
            Compare("minWriterVersion", (int?)protocol?["minWriterVersion"], seen.Protocol.MinWriterVersion),
            Compare("readerFeatures", Texts(protocol?["readerFeatures"]), Join(seen.Protocol.ReaderFeatures)),
            Compare("writerFeatures", Texts(protocol?["writerFeatures"]), Join(seen.Protocol.WriterFeatures)),
            expected["schema"] is { } schema && !JsonNode.DeepEquals(schema, JsonNode.Parse(seen.Metadata.SchemaString)) ? $"expected schema {schema.ToJsonString()}, seen {seen.Metadata.SchemaString}" : null,
            Compare("partitionColumns", Texts(expected["partitionColumns"], ordered: true), string.Join(",", seen.Metadata.PartitionColumns)),
            Compare("configuration", expected["configuration"] is JsonObject settings ? Map(settings) : null, Map(seen.Metadata.Configuration!)),
            Compare("table_id", (string?)expected["table_id"], seen.Metadata.Id),
            Compare("version", (long?)expected["version"], seen.Version),
            Compare("active files", files is null ? null : Join(files.Select(f => File(f!.AsObject()))), files is null ? "" : Join(seen.Files.Select(f => File(Recorded(f, seen), Fields(files, f.Path))))),
            Compare("active files", expected["activeFilePaths"] is JsonArray paths ? Join(paths.Select(p => (string)p!)) : null, Join(seen.Files.Select(f => f.Path))),
            Compare("txns", expected["txns"] is JsonArray txns ? Join(txns.Select(t => $"{t!["appId"]}={t["version"]}")) : null, Join(seen.Transactions.Select(t => $"{t.Key}={t.Value.Version}"))),
            Compare(
                "domain metadata",
                expected["domainMetadata"] is JsonArray domains ? Join(domains.Where(d => (bool?)d!["removed"] != true).Select(d => $"{d!["domain"]}={d["configuration"]}")) : null,
                Join(seen.DomainMetadata.Values.Select(d => $"{d.Domain}={d.Configuration}"))));
    }

    private static string? First(params string?[] differences) => differences.FirstOrDefault(d => d is not null);

    private static string? Compare<T>(string what, T? expected, T seen) =>
        expected is null || EqualityComparer<T>.Default.Equals(expected, seen) ? null : $"expected {what} {expected}, seen {seen}";

    private static string? Compare(string what, int? expected, int seen) => expected is null || expected == seen ? null : $"expected {what} {expected}, seen {seen}";

    private static string? Compare(string what, long? expected, long seen) => expected is null || expected == seen ? null : $"expected {what} {expected}, seen {seen}";

    /// <summary>A recorded file by the fields that were recorded.</summary>
    private static string File(JsonObject f) => string.Join(" ", new[]
    {
        $"path={f["path"]}",
        f["size"] is { } size ? $"size={size}" : null,
        f["partitionValues"] is JsonObject values ? $"values={Map(values)}" : null,
        f["numRecords"] is { } rows ? $"rows={rows}" : null,
        f["deletionVector"] is JsonObject vector ? $"dv={vector["storageType"]}{vector["pathOrInlineDv"]} {vector["sizeInBytes"]} {vector["cardinality"]}" : null,
        f["baseRowId"] is { } first ? $"baseRowId={first}" : null,
        f["defaultRowCommitVersion"] is { } version ? $"defaultRowCommitVersion={version}" : null,
    }.OfType<string>());

    /// <summary>A file that was read, by the same fields.</summary>
    private static string File(AddFile f, IReadOnlySet<string> fields) => string.Join(" ", new[]
    {
        $"path={f.Path}",
        fields.Contains("size") ? $"size={f.Size}" : null,
        fields.Contains("partitionValues") ? $"values={Map(f.PartitionValues)}" : null,
        fields.Contains("numRecords") ? $"rows={Rows(f)}" : null,
        fields.Contains("deletionVector") && f.DeletionVector is { } v ? $"dv={v.StorageType}{v.PathOrInlineDv} {v.SizeInBytes} {v.Cardinality}" : null,
        fields.Contains("baseRowId") ? $"baseRowId={f.BaseRowId}" : null,
        fields.Contains("defaultRowCommitVersion") ? $"defaultRowCommitVersion={f.DefaultRowCommitVersion}" : null,
    }.OfType<string>());

    /// <summary>With the partition values as they were recorded of delta-rs: by the columns' names, not those in the files.</summary>
    private static AddFile Recorded(AddFile file, DeltaSnapshot snapshot)
    {
        var names = snapshot.ColumnMapping == ColumnMapping.None ? [] : snapshot.Schema().Fields.ToDictionary(f => f.PhysicalName, f => f.Name);
        return file with { PartitionValues = file.PartitionValues.ToDictionary(p => names.GetValueOrDefault(p.Key, p.Key), p => p.Value) };
    }

    private static HashSet<string> Fields(JsonArray files, string path) =>
        files.FirstOrDefault(f => (string?)f!["path"] == path)?.AsObject().Where(p => p.Value is not null).Select(p => p.Key).ToHashSet(StringComparer.Ordinal) ?? ["size"];

    private static long? Rows(AddFile f) => f.Stats is { } stats ? (long?)JsonNode.Parse(stats)!["numRecords"] : null;

    private static string? Texts(JsonNode? array, bool ordered = false) =>
        array is not JsonArray a ? null : ordered ? string.Join(",", a.Select(t => (string)t!)) : Join(a.Select(t => (string)t!));

    private static string Join(IEnumerable<string> texts) => string.Join("; ", texts.Order(StringComparer.Ordinal));

    /// <summary>What was recorded of delta-rs has typed values where the log has their texts.</summary>
    private static string Map(JsonObject map) => Map(map.Select(p => KeyValuePair.Create(
        p.Key, p.Value is null ? null : p.Value.GetValueKind() == JsonValueKind.String ? (string?)p.Value : p.Value.ToJsonString())));

    private static string Map(IEnumerable<KeyValuePair<string, string?>> map) =>
        string.Join(",", map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={(string.IsNullOrEmpty(p.Value) ? "<null>" : Time(p.Value))}"));

    /// <summary>Instants are written with a blank or a T, with and without fraction and zone.</summary>
    private static string Time(string value) => Instant().Match(value) is { Success: true } m ? $"{m.Groups[1].Value}T{m.Groups[2].Value}.{m.Groups[3].Value.PadRight(6, '0')}" : value;

    [GeneratedRegex(@"^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?Z?$")]
    private static partial Regex Instant();
}
