using System.Text.Json.Nodes;
using Lakehouse.Delta;
using Lakehouse.DuckDb;
using Lakehouse.ObjectStores;
using Lakehouse.Tables;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Delta;

/// <summary>Opening a table from a checkpoint, and doing without one that is damaged.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly TempDir _dir = new();
    private readonly LocalObjectStore _store;

    public CheckpointTests() => _store = new LocalObjectStore(_dir.Root);

    public void Dispose() => _dir.Dispose();

    [Fact]
    public async Task Head_CommitsBeforeTheCheckpointGone_IsTheSame()
    {
        await CommitAsync(12);
        var whole = (await Open().HeadAsync())!;
        WriteCheckpoint(9);
        DeleteCommits(0, 9);

        var head = (await Open().HeadAsync())!;

        Assert.Equal(whole.Version, head.Version);
        Assert.Equal(whole.Files.Keys, head.Files.Keys);
        Assert.Equal(whole.Files.Values.Select(f => f.Stats), head.Files.Values.Select(f => f.Stats));
        Assert.Equal(whole.Files.Values.Select(f => f.PartitionValues["day"]), head.Files.Values.Select(f => f.PartitionValues["day"]));
        Assert.Equal(whole.Metadata.SchemaString, head.Metadata.SchemaString);
        Assert.Equal(whole.Transactions.ToDictionary(t => t.Key, t => t.Value.Version), head.Transactions.ToDictionary(t => t.Key, t => t.Value.Version));
        Assert.Equal("delta.version", (await Assert.ThrowsAsync<LakehouseException>(() => Open().AtAsync(5))).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task Head_CheckpointCutOff_IsReadFromTheCommits(int length)
    {
        await CommitAsync(12);
        WriteCheckpoint(9);
        File.WriteAllBytes(CheckpointPath(9), File.ReadAllBytes(CheckpointPath(9))[..length]);

        Assert.Equal(12, (await Open().HeadAsync())!.Version);
    }

    [Fact]
    public async Task Head_CheckpointCutOffAndCommitsGone_NamesTheCheckpoint()
    {
        await CommitAsync(12);
        WriteCheckpoint(9);
        DeleteCommits(0, 9);
        File.WriteAllBytes(CheckpointPath(9), File.ReadAllBytes(CheckpointPath(9))[..100]);

        var e = await Assert.ThrowsAsync<LakehouseException>(() => Open().HeadAsync());

        Assert.Equal("delta.corrupt", e.Code);
        Assert.Contains("00000000000000000009.checkpoint.parquet", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_OneOfTwoPartsMissing_IsReadFromTheCommits()
    {
        await CommitAsync(12);
        WriteCheckpoint(9);
        File.Move(CheckpointPath(9), CheckpointPath(9).Replace(".checkpoint.", ".checkpoint.0000000001.0000000002.", StringComparison.Ordinal));

        Assert.Equal(12, (await Open().HeadAsync())!.Version);
    }

    [Fact]
    public async Task Commit_WhoseEarlierAttemptOnlyTheCheckpointTellsOf_IsRecognised()
    {
        await CommitAsync(12);
        WriteCheckpoint(12);

        var again = await Open().CommitAsync(Request(7));

        Assert.Equal((7L, true), (again.Version!.Value, again.AlreadyThere));
        Assert.Equal(12, (await Open().HeadAsync())!.Version);
    }

    [Fact]
    public async Task Commit_WhoseEarlierCommitIsGone_IsNotRepeated()
    {
        await CommitAsync(12);
        WriteCheckpoint(12);
        DeleteCommits(0, 9);

        Assert.Equal("publish.fenced", (await Assert.ThrowsAsync<LakehouseException>(() => Open().CommitAsync(Request(7)))).Code);
    }

    [Fact]
    public async Task WriteCheckpoint_ThenCommitsGone_IsTheSameTable()
    {
        await CommitAsync(12);
        var table = Writing();
        await table.CommitAsync(Request(20) with
        {
            Changes = h => h.Files.Take(3).Select(f => (DeltaAction)RemoveFile.Of(f, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds())).Append(new DomainMetadataAction("d.x", "{\"a\":1}", false)).Append(new AddFile
            {
                Path = "dv.parquet",
                PartitionValues = new Dictionary<string, string?> { ["day"] = "2020-03-01" },
                Size = 7,
                ModificationTime = 8,
                Tags = new Dictionary<string, string?> { ["k"] = "v" },
                DeletionVector = new DeletionVectorDescriptor { StorageType = "u", PathOrInlineDv = "x", Offset = 1, SizeInBytes = 2, Cardinality = 3 },
                BaseRowId = 5,
                DefaultRowCommitVersion = 6,
            }),
        });
        var whole = (await table.HeadAsync())!;

        Assert.Equal(13, await table.WriteCheckpointAsync());
        Assert.Null(await table.WriteCheckpointAsync());
        DeleteCommits(0, 13);

        var head = (await Open().HeadAsync())!;
        Assert.Equal(whole.Files.Select(Text), head.Files.Select(Text));
        Assert.Equal((whole.Metadata.Id, whole.Metadata.SchemaString, whole.Metadata.Configuration["a.b"]), (head.Metadata.Id, head.Metadata.SchemaString, head.Metadata.Configuration["a.b"]));
        Assert.Equal(whole.Protocol.MinWriterVersion, head.Protocol.MinWriterVersion);
        Assert.Equal(whole.Transactions.ToDictionary(t => t.Key, t => t.Value.Version), head.Transactions.ToDictionary(t => t.Key, t => t.Value.Version));
        Assert.Equal("{\"a\":1}", head.DomainMetadata["d.x"].Configuration);
        var hint = JsonNode.Parse(await File.ReadAllTextAsync(_dir.At("t", "_delta_log", "_last_checkpoint")))!;
        Assert.Equal((13, 10), ((int)hint["version"]!, (int)hint["numOfAddFiles"]!));

        // What was removed lately is handed on from checkpoint to checkpoint, for the clean-up of other engines.
        await Writing().CommitAsync(Request(21));
        var again = Writing();
        Assert.Equal(14, await again.WriteCheckpointAsync());
        var removed = new List<DeltaAction>();
        await new CheckpointReader(_store).ReadRemovedAsync([$"t/_delta_log/{14:D20}.checkpoint.parquet"], removed.Add);
        Assert.Equal(3, removed.OfType<RemoveFile>().Count(r => r.PartitionValues!.ContainsKey("day") && r.DeletionTimestamp > 0));
    }

    [Fact]
    public async Task Commit_EverySoManyVersions_WritesACheckpointBesideTheWork()
    {
        await CommitAsync(1);
        var table = Writing();
        await table.HeadAsync();
        for (var i = 2; i <= 101; i++)
        {
            await table.CommitAsync(Request(i));
        }

        await table.CheckpointsSettledAsync();

        var file = Assert.Single(Directory.GetFiles(_dir.At("t", "_delta_log"), "*.checkpoint.parquet"));
        Assert.InRange(long.Parse(Path.GetFileName(file)[..20], System.Globalization.CultureInfo.InvariantCulture), 100, 101);
        Assert.Equal(101, (await Open().HeadAsync())!.Files.Count);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(16)]
    public async Task Head_GapAfterTheHintedCheckpoint_NamesTheMissingVersion(int missing)
    {
        await CommitAsync(12);
        await Writing().WriteCheckpointAsync();
        for (var i = 13; i <= 17; i++)
        {
            await Open().CommitAsync(Request(i));
        }

        Assert.Equal(17, (await Open().HeadAsync())!.Version);
        Assert.Equal(15, (await Open().AtAsync(15)).Version);
        File.Delete(_dir.At("t", "_delta_log", $"{missing:D20}.json"));

        var e = await Assert.ThrowsAsync<LakehouseException>(() => Open().HeadAsync());
        Assert.Contains($"no version {missing}", e.Message, StringComparison.Ordinal);
    }

    private static string Text(AddFile f) => $"{f.Path} {f.DeletionVectorId} {f.PartitionValues["day"]} {f.Size} {f.ModificationTime} {f.Stats} {f.Tags?["k"]} {f.BaseRowId} {f.DefaultRowCommitVersion}";

    private DeltaTable Writing() => new(_store, "t", checkpoints: new CheckpointReader(_store), checkpointWriter: new CheckpointWriter(_store));

    private DeltaTable Open() => new(_store, "t", checkpoints: new CheckpointReader(_store));

    private async Task CommitAsync(int count)
    {
        var table = Open();
        await table.CreateIfAbsentAsync(new MetadataAction
        {
            Id = "1",
            SchemaString = DeltaTypes.ToDeltaSchema([new TableColumn("id", "INTEGER"), new TableColumn("day", "DATE")]),
            PartitionColumns = ["day"],
            Configuration = new Dictionary<string, string> { ["a.b"] = "c" },
        });
        for (var i = 1; i <= count; i++)
        {
            await table.CommitAsync(Request(i));
        }
    }

    private static CommitRequest Request(int i) => new()
    {
        Id = $"commit-{i}",
        Transaction = new TransactionAction($"app-{i}", 1, null),
        Operation = "WRITE",
        Changes = _ => [new AddFile { Path = $"f{i}%20x.parquet", PartitionValues = new Dictionary<string, string?> { ["day"] = i % 3 == 0 ? null : $"2020-03-{i:D2}" }, Size = i, ModificationTime = 1, Stats = $"{{\"numRecords\":{i}}}" }],
    };

    private string CheckpointPath(long version) => _dir.At("t", "_delta_log", $"{version:D20}.checkpoint.parquet");

    private void DeleteCommits(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            File.Delete(_dir.At("t", "_delta_log", $"{i:D20}.json"));
        }
    }

    /// <summary>A checkpoint as Spark shapes it, made from the commits by the engine.</summary>
    private void WriteCheckpoint(int version)
    {
        using var database = DuckDbDatabase.OpenInMemory(new DuckDbOptions());
        using var connection = database.Connect();
        var commits = SqlIdentifier.Literals(Enumerable.Range(0, version + 1).Select(i => _dir.At("t", "_delta_log", $"{i:D20}.json")));
        connection.CopyToParquet(
            $$"""
            SELECT txn, add, CAST(NULL AS STRUCT(path VARCHAR)) AS remove, "metaData", protocol FROM read_json({{commits}}, format = 'newline_delimited', columns = {
                txn: 'STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)',
                add: 'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR, tags MAP(VARCHAR, VARCHAR))',
                metaData: 'STRUCT(id VARCHAR, name VARCHAR, format STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR)), schemaString VARCHAR, partitionColumns VARCHAR[], configuration MAP(VARCHAR, VARCHAR), createdTime BIGINT)',
                protocol: 'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])'})
            WHERE txn IS NOT NULL OR add IS NOT NULL OR "metaData" IS NOT NULL OR protocol IS NOT NULL
            """,
            CheckpointPath(version));
    }
}
