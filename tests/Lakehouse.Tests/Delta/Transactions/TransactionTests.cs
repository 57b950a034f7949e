using Lakehouse.Delta;
using Lakehouse.Delta.Transactions;
using Lakehouse.Delta.Transactions.Conflicts;
using Lakehouse.ObjectStores;
using Lakehouse.Simulation;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Delta.Transactions;

public sealed class TransactionTests
{
    private readonly MemoryObjectStore _store = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Commit_Info_SaysWhatSparkSays()
    {
        var table = await CreateAsync();
        var transaction = await table.Delta.BeginAsync();
        await new Append([new Row(1, "x", 1)]).StageAsync(table, transaction);
        await transaction.CommitAsync(new CommitDescription
        {
            Operation = "WRITE",
            Parameters = new() { ["mode"] = "Append", ["partitionBy"] = "[\"p\"]" },
            Metrics = new Dictionary<string, long> { ["numFiles"] = 1 },
            Info = new() { ["workflowId"] = "w", ["runId"] = "r" },
            CommitId = "c1",
        });
        var info = (await table.Delta.CommitsAsync(0, 1))[0].Info!;
        Assert.Equal(
            """{"timestamp":1767225600000,"operation":"WRITE","operationParameters":{"mode":"Append","partitionBy":"[\u0022p\u0022]"},"readVersion":0,"isolationLevel":"Serializable","isBlindAppend":true,"operationMetrics":{"numFiles":"1"},"engineInfo":"dotnet-orchestrator/0.1","txnId":"c1","workflowId":"w","runId":"r"}""",
            info.ToJsonString());
    }

    [Fact]
    public async Task Commit_OfAnEpochTheTableKnows_IsSkipped()
    {
        var table = await CreateAsync();
        Assert.Equal(new CommitOutcome(1, false, 0), await AdvanceAsync(table, 5));
        Assert.Equal(new CommitOutcome(1, true, 0), await AdvanceAsync(table, 5));
        Assert.Equal(new CommitOutcome(1, true, 0), await AdvanceAsync(table, 4));
        Assert.Equal(new CommitOutcome(2, false, 0), await AdvanceAsync(table, 6));

        async Task<CommitOutcome?> AdvanceAsync(SimulatedTable to, long epoch) => await to.Delta.TransactAsync(async (transaction, _) =>
        {
            transaction.Advance("pipeline/dataset/partition", epoch);
            await new Append([new Row(epoch, "x", 1)]).StageAsync(to, transaction);
            return new CommitDescription { Operation = "WRITE" };
        });
    }

    [Fact]
    public async Task Commit_BehindASwitchToDeletionVectors_StandsWhenItIsABlindAppend()
    {
        var table = await CreateAsync();
        var (append, delete) = (await table.Delta.BeginAsync(), await table.Delta.BeginAsync());
        await new Append([new Row(1, "x", 1)]).StageAsync(table, append);
        await new Delete("x", 0, 0).StageAsync(table, delete);
        var metadata = append.Snapshot.Metadata;
        await CommitAsync(
            table,
            new ProtocolAction(3, 7, ["deletionVectors"], ["deletionVectors", "appendOnly", "invariants"]),
            metadata with { Configuration = new Dictionary<string, string> { ["delta.enableDeletionVectors"] = "true" } });

        Assert.Equal(2, (await append.CommitAsync(new CommitDescription { Operation = "WRITE" })).Version);
        await Assert.ThrowsAsync<ProtocolChangedException>(() => delete.CommitAsync(new CommitDescription { Operation = "DELETE" }));
    }

    [Fact]
    public async Task Commit_BehindAnotherUpgrade_IsAConflict()
    {
        var table = await CreateAsync();
        var append = await table.Delta.BeginAsync();
        await new Append([new Row(1, "x", 1)]).StageAsync(table, append);
        await CommitAsync(table, new ProtocolAction(1, 3, [], []));
        await Assert.ThrowsAsync<ProtocolChangedException>(() => append.CommitAsync(new CommitDescription { Operation = "WRITE" }));
    }

    [Fact]
    public async Task Commit_OfOneDomainTwice_IsAConflict()
    {
        var table = await CreateAsync();
        var (mine, other) = (await table.Delta.BeginAsync(), await table.Delta.BeginAsync());
        mine.Add(new DomainMetadataAction("mine.settings", "{}", false));
        other.Add(new DomainMetadataAction("mine.settings", "{}", false));
        await other.CommitAsync(new CommitDescription { Operation = "X" });
        await Assert.ThrowsAsync<ConcurrentDomainMetadataException>(() => mine.CommitAsync(new CommitDescription { Operation = "X" }));
    }

    [Fact]
    public async Task Commit_RemovingWhatAnotherRemoved_IsAConflict()
    {
        var table = await CreateAsync();
        await CommitAsync(table, new AddFile { Path = "p=x/a", PartitionValues = new Dictionary<string, string?> { ["p"] = "x" }, Size = 0, ModificationTime = 0 });
        var (first, second, reader) = (await table.Delta.BeginAsync(), await table.Delta.BeginAsync(), await table.Delta.BeginAsync());
        var file = first.Snapshot.Files.Values.Single();
        first.Remove(file);
        second.Remove(file);
        reader.ReadOnly([file]);
        reader.Add(new TransactionAction("x", 1, null));
        await first.CommitAsync(new CommitDescription { Operation = "DELETE" });
        await Assert.ThrowsAsync<ConcurrentDeleteDeleteException>(() => second.CommitAsync(new CommitDescription { Operation = "DELETE" }));
        await Assert.ThrowsAsync<ConcurrentDeleteReadException>(() => reader.CommitAsync(new CommitDescription { Operation = "DELETE" }));
    }

    [Fact]
    public async Task Commit_WithInCommitTimestamps_GrowsThemWhateverTheClockSays()
    {
        var table = new SimulatedTable(_store, _time, "w");
        await table.CreateAsync();
        await CommitAsync(
            table,
            new ProtocolAction(1, 7, [], ["inCommitTimestamp"]),
            (await table.Delta.HeadAsync())!.Metadata with { Configuration = new Dictionary<string, string> { ["delta.enableInCommitTimestamps"] = "true" } });
        _time.Set(TimeSpan.FromDays(-1));
        await CommitAsync(table);
        await CommitAsync(table);
        var commits = await table.Delta.CommitsAsync(0, 3);
        Assert.Equal([0, 1, 2], commits.Select(c => c.InCommitTimestamp - commits[0].InCommitTimestamp));
        Assert.All(commits, c => Assert.IsType<CommitInfoAction>(c.Actions[0]));
        Assert.All(commits, c => Assert.Equal("inCommitTimestamp", c.Info!.First().Key));
    }

    [Fact]
    public async Task Commit_OnATableThatOnlyGrows_RefusesToTakeRowsAway()
    {
        var table = await CreateAsync();
        await CommitAsync(
            table,
            (await table.Delta.HeadAsync())!.Metadata with { Configuration = new Dictionary<string, string> { ["delta.appendOnly"] = "true" } },
            new AddFile { Path = "p=x/a", PartitionValues = new Dictionary<string, string?> { ["p"] = "x" }, Size = 0, ModificationTime = 0 });
        var transaction = await table.Delta.BeginAsync();
        transaction.Remove(transaction.Snapshot.Files.Values.Single());
        Assert.Equal("delta.append_only", (await Assert.ThrowsAsync<LakehouseException>(() => transaction.CommitAsync(new CommitDescription { Operation = "DELETE" }))).Code);
    }

    [Theory]
    [InlineData(7, "rowTracking", "{}", "rowTracking")]
    [InlineData(7, "futureThing,appendOnly", "{}", "futureThing")]
    [InlineData(7, "generatedColumns,appendOnly", """{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{"delta.generationExpression":"1"}}]}""", "generatedColumns")]
    [InlineData(7, "identityColumns", """{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{"delta.identity.start":1}}]}""", "identityColumns")]
    [InlineData(6, "", """{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{"delta.identity.start":1}}]}""", "identityColumns")]
    [InlineData(7, "allowColumnDefaults", """{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{"CURRENT_DEFAULT":"1"}}]}""", "allowColumnDefaults")]
    [InlineData(2, "", """{"type":"struct","fields":[{"name":"a","type":{"type":"struct","fields":[{"name":"b","type":"long","nullable":true,"metadata":{"delta.invariants":"{}"}}]},"nullable":true,"metadata":{}}]}""", "invariants")]
    [InlineData(7, "generatedColumns,identityColumns,allowColumnDefaults,checkConstraints,changeDataFeed,clustering,domainMetadata", """{"type":"struct","fields":[{"name":"delta.identity.start","type":"long","nullable":true,"metadata":{}}]}""", null)]
    [InlineData(6, "", "{}", null)]
    [InlineData(8, "", "{}", "writer version 8")]
    public void RefuseUnsupported_Features_AreNamedWhenTheTableUsesThem(int version, string features, string schema, string? named)
    {
        var protocol = new ProtocolAction(1, version, [], features.Split(',', StringSplitOptions.RemoveEmptyEntries));
        var metadata = new MetadataAction { Id = "1", SchemaString = schema, PartitionColumns = [] };
        var seen = Record.Exception(() => WriterRules.RefuseUnsupported("t", protocol, metadata)) as LakehouseException;
        Assert.Equal(named is null ? null : "delta.unsupported", seen?.Code);
        Assert.Contains(named ?? "", seen?.Message ?? "");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Commit_ManyWritersAtOnce_LosesNone(int seed)
    {
        await CreateAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(w => Task.Run(async () =>
        {
            var table = new SimulatedTable(_store, _time, $"w{w}");
            for (var n = 0; n < 5; n++)
            {
                await table.Delta.TransactAsync(
                    async (transaction, _) => await new Merge([new Row((w * 100) + n, "x", seed)]).StageAsync(table, transaction) ? new CommitDescription { Operation = "MERGE" } : null,
                    attempts: 1000);
            }
        })));
        var reader = new SimulatedTable(_store, _time, "reader");
        Assert.Equal(100, (await reader.RowsAsync((await reader.Delta.HeadAsync())!)).Length);
    }

    private async Task<SimulatedTable> CreateAsync()
    {
        var table = new SimulatedTable(_store, _time, "w");
        await table.CreateAsync();
        return table;
    }

    private static async Task CommitAsync(SimulatedTable table, params DeltaAction[] actions)
    {
        var transaction = await table.Delta.BeginAsync();
        transaction.Add(actions);
        await transaction.CommitAsync(new CommitDescription { Operation = "SET TBLPROPERTIES" });
    }
}
