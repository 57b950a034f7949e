using System.Globalization;
using System.Text.Json;
using Lakehouse.Delta;
using Lakehouse.Delta.Maintenance;
using Lakehouse.DuckDb;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Maintenance;
using Orchestrator.TestKit;
using Orchestrator.TestKit.S3;
using Orchestrator.Workflows;
using Temporalio.Client;
using Temporalio.Worker;

namespace Integration.Tests.Orchestration;

/// <summary>Maintenance of a real table, under a clock that the test moves.</summary>
public sealed class TableMaintenanceTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2100, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TempDir _folder = new();
    private readonly ManualTime _clock = new(Start);
    private readonly DuckDbPool _engines = new();
    private readonly LakeRoot _lake;

    public TableMaintenanceTests() => _lake = new LakeRoot(_folder.At("lake"), time: _clock);

    [Fact]
    public async Task Maintain_OfATableOfSmallFiles_KeepsItsRowsAndLooksOnlyWhenAsked()
    {
        Pipeline("compact_after_files: 4\n  vacuum_after: 7d");
        await ScatteredTable.WriteAsync(_lake.Tables, ["2099-12-30", "2099-12-31"], files: 6);
        await ScatteredTable.WriteAsync(_lake.Tables, ["2099-12-29"], files: 3);
        var orphan = Orphan("2099-12-30");
        var before = await RowsAsync();

        var version = (await HeadAsync()).Version;
        var planned = await RunAsync(dryRun: true);
        Assert.Equal(["Compact 2 12", "Sweep 0 1", "Checkpoint 0 1"], Steps(planned));
        Assert.Equal(version, (await HeadAsync()).Version);
        Assert.True(File.Exists(orphan));

        var done = await RunAsync();
        Assert.Equal(["Compact 2 12", "Sweep 0 1", "Checkpoint 0 1"], Steps(done));
        Assert.Equal((2, true), ((int)done.Tables[0].Steps[0].NewFiles, done.Tables[0].Steps[0].NewBytes < done.Tables[0].Steps[0].Bytes));
        Assert.Equal(planned.Tables[0].Steps[0].Bytes, done.Tables[0].Steps[0].Bytes);
        Assert.False(File.Exists(orphan));
        Assert.Equal(5, (await HeadAsync()).Files.Count);
        Assert.Equal(before, await RowsAsync());

        // What is in shape stays as it is, and makes no version.
        version = (await HeadAsync()).Version;
        Assert.Empty(Steps(await RunAsync()));
        Assert.Equal(version, (await HeadAsync()).Version);
    }

    [Fact]
    public async Task Maintain_AfterTheRetention_DeletesWhatNobodyReads()
    {
        Pipeline("compact_after_files: 4\n  vacuum_after: 7d\n  retention: 30d");
        await ScatteredTable.WriteAsync(_lake.Tables, ["2099-11-30", "2099-12-30"], files: 6);
        var kept = await RowsAsync("select * from gold.country_daily where report_date > date '2099-12-01' order by all");
        var pin = await ReaderPin.TakeAsync(_lake.Tables.Table(ScatteredTable.Name), version: 2, length: TimeSpan.FromDays(10));

        Assert.Equal(["Retire 1 6", "Compact 1 6", "Checkpoint 0 1"], Steps(await RunAsync()));
        Assert.Equal(kept, await RowsAsync());
        Assert.Single((await HeadAsync()).Files);
        Assert.Equal(13, DataFiles());

        // A reader still has version 2: two appends of a file each.
        _clock.Advance(TimeSpan.FromDays(8));
        var first = await RunAsync();
        Assert.Equal(["Vacuum 0 8", "Checkpoint 0 1"], Steps(first));
        Assert.Equal(4, first.Tables[0].Steps[0].Spared);
        Assert.Equal(5, DataFiles());

        await pin.DisposeAsync();
        Assert.Equal(["Vacuum 0 4", "Checkpoint 0 1"], Steps(await RunAsync()));
        Assert.Equal(1, DataFiles());
        Assert.Equal(kept, await RowsAsync());
    }

    [Fact]
    public async Task Maintain_WithAnOpenHold_TakesNothingThatWasStagedSince()
    {
        Pipeline("compact_after_files: 2\n  vacuum_after: 1h");
        await ScatteredTable.WriteAsync(_lake.Tables, ["2099-12-31"], files: 4);
        await _lake.Holds.WriteAsync(
            new Hold
            {
                Pipeline = "covid", Partition = "2099-12-31", Dataset = ScatteredTable.Name, WorkflowId = "run/covid/2099-12-31", RunId = "r", Version = 1, Rules = ["x"], Problem = "x",
                RaisedAt = Start, ExpiresAt = Start.AddDays(9), Approvers = ["ann"],
            },
            TestContext.Current.CancellationToken);
        await RunAsync();

        _clock.Advance(TimeSpan.FromDays(3));

        Assert.Empty(Steps(await RunAsync()));
        Assert.Equal(5, DataFiles());
    }

    [Fact]
    public async Task Maintain_OfALakeWithTiers_MovesOldPartitionsOnceAndTheRowsStay()
    {
        await using var server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["lake"] });
        var lake = new LakeRoot(server.Location("lake/team", $"cache={_folder.At("cache")}", "warm_class=STANDARD_IA", "cold_class=GLACIER_IR"), time: _clock);
        Pipeline("compact_after_files: 100\n  warm_after: 30d\n  cold_after: 90d");
        await ScatteredTable.WriteAsync(lake.Tables, ["2099-01-01", "2099-11-01", "2099-12-31"], files: 2);
        var before = (await lake.QueryAsync(ScatteredTable.AllRows, CancellationToken.None)).Rows;
        Assert.Equal(["Tier 2 4", "Checkpoint 0 1"], Steps(await RunAsync(dryRun: true, lake)));
        Assert.Equal(["-", "-", "-", "-", "-", "-"], await ClassesAsync(lake));

        var done = await RunAsync(lake: lake);
        Assert.Equal(["Tier 2 4", "Checkpoint 0 1"], Steps(done));
        Assert.Empty(done.Tables[0].Problems);
        Assert.Equal(["GLACIER_IR", "GLACIER_IR", "STANDARD_IA", "STANDARD_IA", "-", "-"], await ClassesAsync(lake));
        Assert.Empty(Steps(await RunAsync(lake: lake)));

        // What has become older still goes on; what is cold stays.
        _clock.Advance(TimeSpan.FromDays(60));
        Assert.Equal(["Tier 2 4"], Steps(await RunAsync(lake: lake)));
        Assert.Equal(["GLACIER_IR", "GLACIER_IR", "GLACIER_IR", "GLACIER_IR", "STANDARD_IA", "STANDARD_IA"], await ClassesAsync(lake));
        Assert.Equal(before, (await lake.QueryAsync(ScatteredTable.AllRows, CancellationToken.None)).Rows);
    }

    /// <summary>Class of storage of each of the table's files, in order of the partitions.</summary>
    private static async Task<string[]> ClassesAsync(LakeRoot lake) =>
        [.. (await lake.Store.EnumerateAsync("gold/country_daily/report_date=").ToListAsync()).Select(o => o.StorageClass ?? "-")];

    [Fact]
    public async Task Maintain_ThatAsksForTiers_SaysThatThereAreNoneAndDoesTheRest()
    {
        Pipeline("compact_after_files: 2\n  warm_after: 30d\n  cold_after: 90d");
        await ScatteredTable.WriteAsync(_lake.Tables, ["2099-12-31"], files: 4);

        var done = await RunAsync();

        Assert.Equal(["Compact 1 4", "Checkpoint 0 1"], Steps(done));
        Assert.Equal(2, done.Tables[0].Problems.Count);
        Assert.Contains("'maintain.warm_after' (30 days)", done.Tables[0].Problems[0], StringComparison.Ordinal);
        Assert.Contains("'maintain.cold_after' (90 days)", done.Tables[0].Problems[1], StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _engines.Dispose();
        _folder.Dispose();
    }

    private static IEnumerable<string> Steps(MaintainReport report) =>
        report.Tables.SelectMany(t => t.Steps).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Kind} {s.Partitions} {s.Files}"));

    /// <summary>The covid pipeline with a policy of its own.</summary>
    private void Pipeline(string policy)
    {
        Runs.CovidWorkspace.Copy(TestPaths.InRepo("pipelines", "covid"), _folder.At("pipelines", "covid"));
        File.AppendAllText(_folder.At("pipelines", "covid", "pipeline.yaml"), $"\nmaintain:\n  {policy}\n");
    }

    /// <summary>A file of a writer that has died: its lease is gone and no commit names it.</summary>
    private string Orphan(string day)
    {
        var path = _folder.At("lake", "gold", "country_daily", $"report_date={day}", $"part-00000-{new string('a', 32)}-{new string('b', 32)}.zstd.parquet");
        File.WriteAllText(path, "half a file");
        return path;
    }

    private int DataFiles() => Directory.EnumerateFiles(_folder.At("lake", "gold", "country_daily"), "part-*.parquet", SearchOption.AllDirectories).Count();

    private async Task<DeltaSnapshot> HeadAsync() => (await _lake.Tables.Table(ScatteredTable.Name).HeadAsync())!;

    private async Task<string> RowsAsync(string sql = ScatteredTable.AllRows) =>
        JsonSerializer.Serialize((await _lake.QueryAsync(sql, TestContext.Current.CancellationToken)).Rows);

    private async Task<MaintainReport> RunAsync(bool dryRun = false, LakeRoot? lake = null)
    {
        var request = new MaintainRequest { Pipeline = "covid", Dataset = ScatteredTable.Name, DryRun = dryRun };
        MaintainReport? report = null;
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(
            o => o.AddWorkflow<MaintainWorkflow>().AddAllActivities(new MaintenanceActivities(new PipelineFolder(_folder.At("pipelines")), lake ?? _lake, _engines)),
            async () => report = await (await server.Client.StartWorkflowAsync("Maintain", [request], new WorkflowOptions(request.WorkflowId, OrchestrationServer.Queue))).GetResultAsync<MaintainReport>());
        return report!;
    }
}
