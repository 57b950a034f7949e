using Lakehouse.Delta;
using Lakehouse.Delta.DeletionVectors;
using Lakehouse.Delta.Maintenance;
using Lakehouse.Delta.Transactions;
using Lakehouse.ObjectStores;
using Lakehouse.Simulation;
using Orchestrator.TestKit;

namespace Lakehouse.Tests.Delta.Maintenance;

public sealed class VacuumTests : IAsyncLifetime
{
    private static readonly VacuumOptions Now = new() { Retention = TimeSpan.Zero, AllowShortRetention = true };

    private readonly ManualTime _time = new();
    private readonly MemoryObjectStore _store;
    private readonly SimulatedTable _t;

    public VacuumTests()
    {
        _store = new MemoryObjectStore(_time);
        _t = new SimulatedTable(_store, _time, "w");
    }

    public async ValueTask InitializeAsync()
    {
        await _t.CreateAsync();
        await DoAsync(new Append([new Row(1, "x", 1)]));
        await DoAsync(new Append([new Row(2, "y", 2)]));
        await DoAsync(new Delete("x", 1, 1));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Vacuum_WithinTheRetention_TakesNothing()
    {
        _time.Advance(TimeSpan.FromDays(6.9));
        Assert.Empty((await _t.Delta.VacuumAsync()).Files);
        _time.Advance(TimeSpan.FromDays(0.2));
        Assert.Equal(["p=x/w-1.rows"], (await _t.Delta.VacuumAsync(new VacuumOptions { DryRun = true })).Files);
        Assert.Equal(["p=x/w-1.rows"], (await _t.Delta.VacuumAsync()).Files);
        Assert.Equal([new Row(2, "y", 2)], await RowsAsync());
        Assert.Equal(["VACUUM START", "VACUUM END"], (await _t.Delta.CommitsAsync(5, 7)).Select(c => (string)c.Info!["operation"]!));
        Assert.Equal("delta.vacuum", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Delta.VacuumAsync(new VacuumOptions { Retention = TimeSpan.FromHours(1) }))).Code);
    }

    [Fact]
    public async Task Vacuum_OfWhatAReaderPinned_WaitsForIt()
    {
        var pin = await ReaderPin.TakeAsync(_t.Delta, 2);
        Assert.Equal((0, 1), Counts(await _t.Delta.VacuumAsync(Now)));
        Assert.Equal(2, (await _t.RowsAsync(pin.Snapshot)).Length);
        await pin.DisposeAsync();
        Assert.Equal((1, 0), Counts(await _t.Delta.VacuumAsync(Now)));
        Assert.Equal("delta.vacuumed", (await Assert.ThrowsAsync<LakehouseException>(() => ReaderPin.TakeAsync(_t.Delta, 2))).Code);
        await (await ReaderPin.TakeAsync(_t.Delta)).DisposeAsync();
    }

    [Fact]
    public async Task Vacuum_OfAPinThatRanOut_TakesBoth()
    {
        await ReaderPin.TakeAsync(_t.Delta, 2, TimeSpan.FromMinutes(10));
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal((1, 0), Counts(await _t.Delta.VacuumAsync(Now)));
        Assert.Empty(await _store.ListAsync("t/_orchestrator/pins/"));
    }

    [Fact]
    public async Task Sweep_OfStagedFiles_TakesThoseWithoutALease()
    {
        var lease = await StagingLease.TakeAsync(_t.Delta);
        var dead = Guid.NewGuid().ToString("N");
        string File(string id) => $"p=x/part-00000-{id}-{Guid.NewGuid():N}.zstd.parquet";
        var (staged, orphan, foreign) = (File(lease.Id), File(dead), "p=x/part-00000-390c6744-27af-405f-819a-f69e331bd758-c000.snappy.parquet");
        foreach (var file in new[] { staged, orphan, foreign })
        {
            await _store.PutAsync($"t/{file}", "rows"u8.ToArray());
        }

        var swept = await _t.Delta.SweepOrphansAsync();
        Assert.Equal([orphan], swept.Files);
        Assert.Equal(1, swept.Spared);
        await lease.DisposeAsync();
        Assert.Equal([staged], (await _t.Delta.SweepOrphansAsync()).Files);
        Assert.NotNull(await _store.HeadAsync($"t/{foreign}"));
    }

    [Fact]
    public async Task Sweep_OfAFileThatACommitNamed_LeavesIt()
    {
        var name = $"p=z/part-00000-{Guid.NewGuid():N}-{Guid.NewGuid():N}.zstd.parquet";
        await _store.PutAsync($"t/{name}", "5,z,5"u8.ToArray());
        var add = await _t.Delta.BeginAsync();
        add.Add(new AddFile { Path = name, PartitionValues = new Dictionary<string, string?> { ["p"] = "z" }, Size = 5, ModificationTime = 0, Stats = """{"minValues":{"k":5},"maxValues":{"k":5}}""" });
        await add.CommitAsync(new CommitDescription { Operation = "WRITE" });
        await DoAsync(new Delete("z", 5, 5));
        Assert.Empty((await _t.Delta.SweepOrphansAsync()).Files);
        Assert.Equal(2, (await _t.RowsAsync(await _t.Delta.AtAsync(4))).Length);
    }

    [Fact]
    public async Task Lease_ThatRanOut_StopsItsWriter()
    {
        var lease = await StagingLease.TakeAsync(_t.Delta, TimeSpan.FromMinutes(10));
        _time.Advance(TimeSpan.FromMinutes(6));
        await lease.KeepAsync();
        _time.Advance(TimeSpan.FromMinutes(6));
        await lease.KeepAsync();
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("delta.lease", (await Assert.ThrowsAsync<LakehouseException>(() => lease.KeepAsync())).Code);
    }

    [Fact]
    public async Task Vacuum_OfForeignFiles_KeepsWhatIsNotTheTables()
    {
        foreach (var path in new[] { "t/_keep/a", "t/.hidden", "t/p=x/_tmp/b", "t/deletion_vector_1.bin", "t/notes.txt", "t/_change_data/cdc-1" })
        {
            await _store.PutAsync(path, "x"u8.ToArray());
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["_change_data/cdc-1", "deletion_vector_1.bin", "notes.txt", "p=x/w-1.rows"], (await _t.Delta.VacuumAsync(Now with { DryRun = true })).Files);
    }

    [Fact]
    public async Task Vacuum_OfDeletionVectors_TakesThoseThatNoVersionNeeds()
    {
        const string First = "ab^-aqEH.-t@S}K{vb[*k^", Second = "cd^-aqEH.-t@S}K{vb[*k0";
        await AddAsync(null, Vector(First));
        await _store.PutAsync("t/orphan.bin", "x"u8.ToArray());
        _time.Advance(TimeSpan.FromDays(1));
        await AddAsync(Vector(First), Vector(Second));
        _time.Advance(TimeSpan.FromSeconds(1));

        var pin = await ReaderPin.TakeAsync(_t.Delta, 4);
        Assert.Equal((2, 1), Counts(await _t.Delta.VacuumAsync(Now with { DryRun = true })));
        await pin.DisposeAsync();
        Assert.Equal(["orphan.bin", "p=x/w-1.rows"], (await _t.Delta.VacuumAsync(Now with { Retention = TimeSpan.FromHours(1), DryRun = true })).Files);
        Assert.Equal(["ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin", "orphan.bin", "p=x/w-1.rows"], (await _t.Delta.VacuumAsync(Now with { WriteHistory = false })).Files);
        Assert.NotNull(await _store.ReadAsync("t/" + PathOf(Second)));
    }

    [Fact]
    public async Task Restore_OfAnOlderVersion_BringsItsRowsAndRulesBack()
    {
        await DoAsync(new SetProperty("a", "b"));
        var outcome = await _t.Delta.RestoreAsync(2);
        Assert.Equal(5, outcome.Version);
        Assert.Equal([new Row(1, "x", 1), new Row(2, "y", 2)], await RowsAsync());
        Assert.Empty((await _t.Delta.HeadAsync())!.Metadata.Configuration);
        var commit = (await _t.Delta.CommitsAsync(4, 5))[0];
        Assert.Equal(("RESTORE", 2, "1", "2"), ((string)commit.Info!["operation"]!, (int)commit.Info["operationParameters"]!["version"]!, (string)commit.Info["operationMetrics"]!["numRestoredFiles"]!, (string)commit.Info["operationMetrics"]!["numOfFilesAfterRestore"]!));
        await _t.Delta.RestoreAsync(3);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _t.Delta.VacuumAsync(Now);
        Assert.Equal("delta.vacuumed", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Delta.RestoreAsync(2))).Code);
    }

    [Fact]
    public async Task Copy_OfAVersion_StandsOnItsOwn()
    {
        var to = new DeltaTable(_store, "copy", _time);
        Assert.Equal(2, await _t.Delta.CopyAsync(to, 2));
        Assert.Equal("delta.exists", (await Assert.ThrowsAsync<LakehouseException>(() => _t.Delta.CopyAsync(to))).Code);
        var head = (await to.HeadAsync())!;
        Assert.Equal((0L, 2), (head.Version, head.Files.Count));
        Assert.NotEqual((await _t.Delta.HeadAsync())!.Metadata.Id, head.Metadata.Id);
        Assert.All(head.Files.Values, f => Assert.NotNull(_store.ReadAsync($"copy/{f.Path}").Result));
    }

    [Theory]
    [InlineData("interval 7 days", 168)]
    [InlineData("INTERVAL 1 WEEK 12 HOURS", 180)]
    [InlineData("2 hours", 2)]
    [InlineData("interval 1 month", null)]
    [InlineData("7", null)]
    public void Interval_OfAProperty_IsReadOrRefused(string text, int? hours)
    {
        if (hours is { } expected)
        {
            Assert.Equal(expected, DeltaInterval.Parse(text).TotalHours);
        }
        else
        {
            Assert.Equal("delta.property", Assert.Throws<LakehouseException>(() => DeltaInterval.Parse(text)).Code);
        }
    }

    /// <summary>A data file with a deletion vector in the place of the one it had, and the vector's file.</summary>
    private async Task AddAsync(DeletionVectorDescriptor? before, DeletionVectorDescriptor after)
    {
        await _store.PutAsync("t/" + PathOf(after.PathOrInlineDv), "x"u8.ToArray());
        await _store.PutAsync("t/p=q/data", "7,q,7"u8.ToArray());
        var add = new AddFile { Path = "p=q/data", PartitionValues = new Dictionary<string, string?> { ["p"] = "q" }, Size = 5, ModificationTime = 0, DeletionVector = after };
        await _t.Delta.TransactAsync((transaction, _) =>
        {
            transaction.Add(transaction.Snapshot.Protocol with { MinReaderVersion = 3, MinWriterVersion = 7, ReaderFeatures = ["deletionVectors"], WriterFeatures = ["deletionVectors"] });
            if (before is not null)
            {
                transaction.Remove(add with { DeletionVector = before });
            }

            transaction.Add(add);
            return Task.FromResult<CommitDescription?>(new CommitDescription { Operation = "DELETE" });
        });
    }

    private static DeletionVectorDescriptor Vector(string text) => new() { StorageType = "u", PathOrInlineDv = text, Offset = 1, SizeInBytes = 34, Cardinality = 1 };

    private static string PathOf(string text) => DeletionVector.FileOf(Vector(text), "")!;

    private static (int Files, int Spared) Counts(VacuumResult result) => (result.Files.Count, result.Spared);

    private async Task<Row[]> RowsAsync() => await _t.RowsAsync((await _t.Delta.HeadAsync())!);

    private async Task DoAsync(Operation operation)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        await _t.Delta.TransactAsync(async (transaction, _) => await operation.StageAsync(_t, transaction) ? new CommitDescription { Operation = operation.Name } : null);
        _time.Advance(TimeSpan.FromSeconds(1));
    }
}
