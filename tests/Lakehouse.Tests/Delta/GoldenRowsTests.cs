using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Delta;

/// <summary>Rows of tables that Spark and delta-rs wrote, read through a pinned relation, against the rows their writers saw. Needs the shared folder.</summary>
public sealed class GoldenRowsTests
{
    /// <summary>Tables of reader version 1 with at most one partition column.</summary>
    public static TheoryData<string> Tables { get; } =
    [
        "r05_modes", "r06_merge", "r07_delete_update", "r09_constraints", "r11_checkpoint_cleanup", "r12_txn", "r13_empty_and_props", "s10_schema_evolution", "s29_stats", "s01_types_primitive", "s06_append_overwrite",
        "s07_merge", "s15_constraints", "s16_generated_identity_default", "s19_cdf", "s20_checkpoint_classic", "s21_checkpoint_multipart", "s23_expired_log",
        "s25_row_tracking", "s27_append_only", "s28_liquid_clustering", "s32_convert", "s37_partition_timestamp_zone", "s38_log_compaction", "s39_empty_and_wide",
    ];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Register_EachVersion_HasTheRowsItsWriterSaw(string name)
    {
        var store = new LocalObjectStore(TestPaths.Shared("golden", "delta", "tables", name));
        var table = new DeltaTable(store, "table", checkpoints: new CheckpointReader(store));
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(store.LocalPath("expected.json")))!;
        var compared = 0;
        foreach (var version in expected["versions"]!.AsArray().Where(v => v!["rows"] is JsonArray && v["readError"] is null && v["snapshotError"] is null))
        {
            var number = (long)version!["version"]!;
            DeltaSnapshot snapshot;
            try
            {
                snapshot = await table.AtAsync(number);
            }
            catch (LakehouseException e) when (e.Code == "delta.version" && name == "s23_expired_log")
            {
                continue;
            }

            using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions { Threads = 1 });
            using var connection = database.Connect();
            using var files = EngineFiles.Over(store, null);
            (await PinnedRelation.Of("golden.t", snapshot, "table").FetchAsync(files)).Register(connection);
            var seen = connection.Query("SELECT * FROM golden.t");

            Assert.Equal(
                version["rows"]!.AsArray().Select(r => string.Join(" | ", r!.AsObject().Select(p => $"{p.Key}={Text(p.Value)}"))).Order(StringComparer.Ordinal),
                seen.Rows.Select(r => string.Join(" | ", seen.Columns.Select((c, i) => $"{c}={Text(r[i])}"))).Order(StringComparer.Ordinal));
            compared++;
        }

        Assert.True(compared > 0, "No version was compared.");
    }

    private static string Text(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "<null>",
        JsonValueKind.Number => value.GetValue<double>().ToString("R", CultureInfo.InvariantCulture),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => $"[{string.Join(",", value.AsArray().Select(Text))}]",
        JsonValueKind.Object when value["$map"] is JsonArray pairs => $"<{string.Join(",", pairs.Select(p => $"{Text(p![0])}:{Text(p[1])}").Order(StringComparer.Ordinal))}>",
        JsonValueKind.Object => $"{{{string.Join(",", value.AsObject().Select(p => $"{p.Key}:{Text(p.Value)}"))}}}",
        _ => value.GetValue<string>(),
    };

    /// <summary>The recording's form of a value.</summary>
    private static string Text(object? value) => value switch
    {
        null => "<null>",
        bool b => b ? "true" : "false",
        string s => s,
        decimal d => d.ToString(CultureInfo.InvariantCulture),
        float f when !float.IsFinite(f) => Special(f),
        double f when !double.IsFinite(f) => Special(f),
        float f => double.Parse(f.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
        double f => f.ToString("R", CultureInfo.InvariantCulture),
        DateOnly d => d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset t => t.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        byte[] b => "0x" + Convert.ToHexStringLower(b),
        KeyValuePair<object, object?>[] m => $"<{string.Join(",", m.Select(p => $"{Text(p.Key)}:{Text(p.Value)}").Order(StringComparer.Ordinal))}>",
        object?[] a => $"[{string.Join(",", a.Select(Text))}]",
        IReadOnlyDictionary<string, object?> o => $"{{{string.Join(",", o.Select(p => $"{p.Key}:{Text(p.Value)}"))}}}",
        IConvertible n => n.ToDouble(CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"A value of {value.GetType()} has no recorded form."),
    };

    private static string Special(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}
