using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;
using Orchestrator.Conformance;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Delta;

/// <summary>Tables that Spark, delta-rs and the Delta project wrote, against what their own writers say of them. Needs the shared folder.</summary>
public sealed class GoldenTableTests
{
    /// <summary>Every recorded table; one row when the shared folder is absent, which skips.</summary>
    public static TheoryData<string> Tables => Directory.Exists(Golden)
        ? [.. new[] { "tables", "public" }.SelectMany(p => Directory.GetDirectories(Path.Combine(Golden, p))).Select(d => Path.GetRelativePath(Golden, d)).Order(StringComparer.Ordinal)]
        : ["tables/s01_types_primitive"];

    private static string Golden => Path.Combine(TestPaths.Repo, "..", "shared", "golden", "delta");

    [Theory]
    [MemberData(nameof(Tables))]
    public void Read_RecordedTable_IsWhatItsWriterSays(string name) =>
        Assert.All(DeltaCases.JudgeTable(TestPaths.Shared("golden", "delta", name.Split('/')[0], name.Split('/')[1])), r => Assert.True(r.Verdict is CaseVerdict.Passed, $"{r.Id}: {r.Why}"));

    [Theory]
    [InlineData("s34_variant", "variantType")]
    [InlineData("h01_unknown_reader_feature", "futureThing")]
    [InlineData("h03_reader_version_9", "version 9")]
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
