using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lakehouse.Delta;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Delta;

/// <summary>Tables that Spark, delta-rs and the Delta project wrote, against what their own writers say of them. Needs the shared folder.</summary>
public sealed class GoldenTableTests
{
    /// <summary>delta-rs writes instants with a blank and no zone.</summary>
    private static readonly Regex Instant = new(@"^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{6})$");

    /// <summary>Tables a reader of version 1 reads whole, checkpoints included.</summary>
    public static TheoryData<string> Readable { get; } =
    [
        "r03_partition_types", "r05_modes", "r06_merge", "r07_delete_update", "r09_constraints", "r11_checkpoint_cleanup", "r12_txn", "r13_empty_and_props", "s01_types_primitive",
        "s04_partition_types", "s06_append_overwrite", "s07_merge", "s09_optimize_vacuum_restore", "s10_schema_evolution", "s15_constraints", "s16_generated_identity_default", "s19_cdf",
        "s20_checkpoint_classic", "s21_checkpoint_multipart", "s23_expired_log", "s25_row_tracking", "s27_append_only", "s28_liquid_clustering", "s29_stats", "s32_convert",
        "s37_partition_timestamp_zone", "s38_log_compaction", "s39_empty_and_wide",
    ];

    [Theory]
    [MemberData(nameof(Readable))]
    public async Task At_EachVersion_IsWhatItsWriterSays(string name)
    {
        var expected = Expected(name);
        var (store, table) = Open(name);
        foreach (var version in expected["versions"]!.AsArray().Select(v => v!.AsObject()).Where(v => v["snapshotError"] is null && v["protocol"] is not null))
        {
            var number = version["version"]!.GetValue<long>();
            if (FirstRebuildable(store, number) is false)
            {
                Assert.Equal("delta.version", (await Assert.ThrowsAsync<LakehouseException>(() => table.AtAsync(number))).Code);
                continue;
            }

            var snapshot = await table.AtAsync(number);

            Assert.Equal(number, snapshot.Version);
            Assert.Equal((int)version["protocol"]!["minReaderVersion"]!, snapshot.Protocol.MinReaderVersion);
            Assert.Equal((int)version["protocol"]!["minWriterVersion"]!, snapshot.Protocol.MinWriterVersion);
            Assert.True(JsonNode.DeepEquals(version["schema"], JsonNode.Parse(snapshot.Metadata.SchemaString)), $"schema of version {number}: {snapshot.Metadata.SchemaString}");
            Assert.Equal(version["partitionColumns"]!.AsArray().Select(c => (string)c!), snapshot.Metadata.PartitionColumns);
            Assert.Equal(Map(version["configuration"]), Map(snapshot.Metadata.Configuration!));
            Assert.Equal(
                version["activeFiles"]!.AsArray().Select(f => $"{f!["path"]} {f["size"]} {Map(f["partitionValues"])}").Order(StringComparer.Ordinal),
                snapshot.Files.Values.Select(f => $"{f.Path} {f.Size} {Map(f.PartitionValues)}").Order(StringComparer.Ordinal));
            foreach (var txn in version["txns"]?.AsArray() ?? [])
            {
                Assert.Equal((long)txn!["version"]!, snapshot.Transactions[(string)txn["appId"]!].Version);
            }
        }

        Assert.Equal(expected["latestVersion"]!.GetValue<long>(), (await table.HeadAsync())!.Version);
    }

    [Theory]
    [InlineData("r01_types", "timestampNtz")]
    [InlineData("r15_add_columns_features", "timestampNtz")]
    [InlineData("s02_types_ntz", "timestampNtz")]
    [InlineData("s11_type_widening", "typeWidening")]
    [InlineData("s17_deletion_vectors", "deletionVectors")]
    [InlineData("s22_checkpoint_v2_json", "v2Checkpoint")]
    [InlineData("s31_shallow_clone", "deletionVectors")]
    [InlineData("s34_variant", "variantType")]
    [InlineData("h26_inline_deletion_vector", "deletionVectors")]
    [InlineData("h01_unknown_reader_feature", "futureThing")]
    [InlineData("h03_reader_version_9", "version 9")]
    [InlineData("s14_mapping_upgrade", "version 2")]
    public async Task Head_NeedsWhatIsNotThere_IsRefusedByName(string name, string feature)
    {
        var e = await Assert.ThrowsAsync<LakehouseException>(() => Open(name).Table.HeadAsync());

        Assert.Equal("delta.unsupported", e.Code);
        Assert.Contains(feature, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h04_gap", "delta.corrupt", "version 2")]
    [InlineData("h10_no_protocol", "delta.corrupt", "protocol")]
    [InlineData("h11_no_version_zero", "delta.corrupt", "version 0")]
    public async Task Head_OfABrokenLog_SaysWhatIsMissing(string name, string code, string said)
    {
        var e = await Assert.ThrowsAsync<LakehouseException>(() => Open(name).Table.HeadAsync());

        Assert.Equal(code, e.Code);
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h07_duplicate_protocol")]
    [InlineData("h08_missing_data_file")]
    [InlineData("h12_bad_last_checkpoint")]
    [InlineData("h13_last_checkpoint_to_missing")]
    [InlineData("h15_unknown_action_and_fields")]
    [InlineData("h16_blank_lines_crlf")]
    [InlineData("h17_foreign_files")]
    [InlineData("h19_add_twice")]
    [InlineData("h20_remove_unknown")]
    public async Task Head_OfAnOddLog_IsItsLastVersion(string name)
    {
        var head = (await Open(name).Table.HeadAsync())!;

        Assert.Equal(4, head.Version);
        Assert.Equal(4, head.Files.Values.Sum(f => (long)JsonNode.Parse(f.Stats!)!["numRecords"]!));
    }

    [Theory]
    [InlineData("s16_generated_identity_default")]
    [InlineData("r09_constraints")]
    [InlineData("s25_row_tracking")]
    public async Task Commit_OfRowsThatNobodyHeldAgainstTheTablesRules_IsRefused(string name)
    {
        using var copy = new Copy(name);
        var add = new AddFile { Path = "x.parquet", PartitionValues = new Dictionary<string, string?>(), Size = 1, ModificationTime = 1 };

        var e = await Assert.ThrowsAsync<LakehouseException>(() => CommitAsync(copy.Table, [add]));

        Assert.Equal("delta.unsupported", e.Code);
    }

    [Fact]
    public async Task Commit_RemovesFromAnAppendOnlyTable_IsRefused()
    {
        using var copy = new Copy("s27_append_only");
        var table = copy.Table;
        var file = (await table.AtAsync(0)).Files.Values.Concat((await table.HeadAsync())!.Files.Values).First();

        var e = await Assert.ThrowsAsync<LakehouseException>(() => CommitAsync(table, [new RemoveFile { Path = file.Path, DeletionTimestamp = 1 }]));

        Assert.Equal("delta.append_only", e.Code);
    }

    private static Task<CommitResult> CommitAsync(DeltaTable table, DeltaAction[] actions) => table.CommitAsync(new CommitRequest
    {
        Id = "never-written",
        Transaction = new TransactionAction("golden-test", 1, null),
        Operation = "WRITE",
        Changes = _ => actions,
    });

    private static (LocalObjectStore Store, DeltaTable Table) Open(string name)
    {
        var store = new LocalObjectStore(TestPaths.Shared("golden", "delta", "tables", name));
        return (store, new DeltaTable(store, "table", checkpoints: new CheckpointReader(store)));
    }

    private static JsonObject Expected(string name) => JsonNode.Parse(File.ReadAllText(TestPaths.Shared("golden", "delta", "tables", name, "expected.json")))!.AsObject();

    /// <summary>Whether all commits from 0, or a checkpoint and all commits after it, are there up to a version.</summary>
    private static bool FirstRebuildable(LocalObjectStore store, long version)
    {
        var names = Directory.EnumerateFiles(store.LocalPath("table/_delta_log")).Select(Path.GetFileName).ToHashSet();
        var start = names.Where(n => char.IsAsciiDigit(n![0]) && n.Contains(".checkpoint.", StringComparison.Ordinal)).Select(n => long.Parse(n![..20], System.Globalization.CultureInfo.InvariantCulture)).Where(v => v <= version).Append(-1).Max();
        return Enumerable.Range(0, (int)(version - start)).All(i => names.Contains($"{start + 1 + i:D20}.json"));
    }

    /// <summary>What was recorded of delta-rs has typed values where the log has their texts.</summary>
    private static string Map(JsonNode? map) => Map(map!.AsObject().Select(p => KeyValuePair.Create(
        p.Key,
        p.Value is null ? null : p.Value.GetValueKind() == System.Text.Json.JsonValueKind.String ? (string?)p.Value : p.Value.ToJsonString())));

    private static string Map(IEnumerable<KeyValuePair<string, string?>> map) =>
        string.Join(",", map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={(p.Value is null ? "<null>" : Instant.Replace(p.Value, "$1T$2Z"))}"));

    /// <summary>A golden table that a test may write to.</summary>
    private sealed class Copy : IDisposable
    {
        private readonly TempDir _folder = new();

        public Copy(string name)
        {
            var from = TestPaths.Shared("golden", "delta", "tables", name);
            foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            {
                var to = _folder.At(Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.WriteAllBytes(to, File.ReadAllBytes(file));
            }

            var store = new LocalObjectStore(_folder.Root);
            Table = new DeltaTable(store, "table", checkpoints: new CheckpointReader(store));
        }

        public DeltaTable Table { get; }

        public void Dispose() => _folder.Dispose();
    }
}
