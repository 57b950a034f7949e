using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Recording;
using Orchestrator.Activities.Windows;
using Orchestrator.TestKit;

namespace Integration.Tests.Catalog;

/// <summary>Whatever the order in which the catalog hears of runs and holds, and however often, it ends the same.</summary>
public sealed class CatalogFollowerTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly DateTimeOffset Noon = new(2020, 3, 22, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task CatchUp_InAnyOrderAndMoreThanOnce_EndsTheSame(int seed)
    {
        using var folder = new TempDir();
        var lake = new LakeRoot(folder.At("lake"));
        var connection = await server.DatabaseAsync();
        await using var follower = new CatalogFollower(lake, new CatalogSettings(connection, null));
        await follower.CatchUpAsync(Token);
        var paths = new List<string>();
        foreach (var (status, n) in new[] { RunStatus.Published, RunStatus.Failed, RunStatus.Published, RunStatus.Skipped, RunStatus.Failed }.Select((s, n) => (s, n)))
        {
            paths.Add((await lake.Runs.KeepAsync(Run("2020-03-22", status, n), Token)).Path);
            paths.Add((await lake.Runs.KeepAsync(Run("2020-03-23", status is RunStatus.Failed ? RunStatus.Published : RunStatus.Failed, n), Token)).Path);
        }

        foreach (var (partition, hour, isSealed) in new[] { ("2020-03-22", 7, true), ("2020-03-23", 9, false), ("2020-03-24", 8, true) })
        {
            var window = new WindowState { Pipeline = "p", Partition = partition, Watermark = Noon.AddHours(hour), WatermarkAt = Noon.AddDays(hour), SealedAt = isSealed ? Noon.AddDays(45) : null };
            await new WindowStore(lake.Store).WriteAsync(window, Token);
            paths.Add(WindowStore.PathOf(window.Pipeline, window.Partition));
        }

#pragma warning disable CA5394 // an order, no secret
        var random = new Random(seed);
        foreach (var path in paths.Concat(paths).OrderBy(_ => random.Next()))
#pragma warning restore CA5394
        {
            await lake.Outbox.AddAsync(path, Token);
            await follower.CatchUpAsync(Token);
        }

        Assert.Empty(await lake.Outbox.PendingAsync(Token));
        var seen = await PostgresServer.DumpAsync(connection);
        Assert.Equal(
            ["2020-03-22|Failed|5|3", "2020-03-23|Published|5|5"],
            await PostgresServer.RowsAsync(connection, "SELECT partition, state, epoch, published_epoch FROM catalog.partition_ledger WHERE dataset = '' AND epoch > 0 ORDER BY 1"));
        Assert.Equal(
            ["|2020-03-22", "|2020-03-24", "silver.x|2020-03-22"], await PostgresServer.RowsAsync(connection, "SELECT dataset, partition FROM catalog.partition_ledger WHERE is_final ORDER BY 1, 2"));
        Assert.Equal(["t"], await PostgresServer.RowsAsync(connection, $"SELECT CASE WHEN event_time = '{Noon.AddHours(9):O}' AND updated_at = '{Noon.AddDays(9):O}' THEN 't' END FROM catalog.watermarks WHERE name = 'event_time'"));
        Assert.Equal(["0.3|0.3"], await PostgresServer.RowsAsync(connection, "SELECT trim_scale(r.cost), trim_scale(sum(c.amount)) FROM catalog.runs r JOIN catalog.costs c USING (run_id) WHERE run_id = 'run-2020-03-22-2' GROUP BY r.cost"));
        Assert.Equal(
            ["2020-03-22|1|superseded", "2020-03-22|3|open", "2020-03-23|2|superseded", "2020-03-23|5|open"],
            await PostgresServer.RowsAsync(connection, "SELECT partition, epoch, state FROM catalog.quarantine ORDER BY 1, 2"));
        await follower.RebuildAsync(Token);
        PostgresServer.AssertSame(await PostgresServer.DumpAsync(connection), seen);
    }

    [Fact]
    public async Task CatchUp_OfHoldsAndDeeds_KeepsDecisionsWaiversAndTheTrail()
    {
        using var folder = new TempDir();
        var lake = new LakeRoot(folder.At("lake"));
        var connection = await server.DatabaseAsync();
        await using var follower = new CatalogFollower(lake, new CatalogSettings(connection, null));
        await follower.CatchUpAsync(Token);
        var hold = Hold("run-1");
        await lake.Holds.WriteAsync(hold, Token);
        await lake.Holds.WriteAsync(Hold("run-2"), Token);
        await follower.CatchUpAsync(Token);
        Assert.Equal(["Open|0", "Open|0"], await PostgresServer.RowsAsync(connection, "SELECT state, revision FROM catalog.holds"));

        await lake.Holds.WriteAsync(hold with { Reminders = 1 }, Token);
        await lake.Holds.WriteAsync(hold with { Reminders = 1, Decision = new Decision("waive", "ann", "known", Noon, "rows", Noon.AddDays(9)) }, Token);
        await lake.Audit.AddAsync(new Deed("schedule/covid/1", Noon, "ann", "schedule.pause", "schedule/covid", """{"note":"holidays"}"""), Token);
        await follower.CatchUpAsync(Token);

        Assert.Equal(["run-1|Waived|2", "run-2|Open|0"], await PostgresServer.RowsAsync(connection, "SELECT run_id, state, revision FROM catalog.holds ORDER BY 1"));
        Assert.Equal(["waive|ann|1"], await PostgresServer.RowsAsync(connection, "SELECT action, actor, revision FROM catalog.hold_decisions"));
        Assert.Equal(["rows|ann"], await PostgresServer.RowsAsync(connection, "SELECT rule, actor FROM catalog.waivers"));
        Assert.Equal(["hold.waive|ann", "schedule.pause|ann"], await PostgresServer.RowsAsync(connection, "SELECT action, actor FROM catalog.audit_trail ORDER BY 1"));
        var seen = await PostgresServer.DumpAsync(connection);
        await follower.RebuildAsync(Token);
        PostgresServer.AssertSame(await PostgresServer.DumpAsync(connection), seen);
    }

    [Fact]
    public async Task CatchUp_OfAMark_MakesThePartitionStaleUntilItIsMadeAgain()
    {
        using var folder = new TempDir();
        var lake = new LakeRoot(folder.At("lake"));
        var connection = await server.DatabaseAsync();
        await using var follower = new CatalogFollower(lake, new CatalogSettings(connection, null));
        await follower.CatchUpAsync(Token);
        async Task<string[]> StaleAsync()
        {
            await follower.CatchUpAsync(Token);
            var seen = await PostgresServer.DumpAsync(connection);
            await follower.RebuildAsync(Token);
            PostgresServer.AssertSame(await PostgresServer.DumpAsync(connection), seen);
            return await PostgresServer.RowsAsync(connection, "SELECT dataset FROM catalog.partition_ledger WHERE is_stale ORDER BY 1");
        }

        await lake.Outbox.AddAsync((await lake.Runs.KeepAsync(Run("2020-03-22", RunStatus.Published, 0), Token)).Path, Token);
        await lake.Stale.MarkAsync(new StaleMark("p", "2020-03-22", "run-2020-03-22-0", "the day before was made again"), Token);
        await lake.Stale.MarkAsync(new StaleMark("p", "2020-03-22", "another run", "long ago"), Token);
        Assert.Equal(["", "silver.x"], await StaleAsync());
        await lake.Outbox.AddAsync((await lake.Runs.KeepAsync(Run("2020-03-22", RunStatus.Published, 1), Token)).Path, Token);
        await lake.Stale.ForgetAsync("p", "2020-03-22", Token);
        Assert.Empty(await StaleAsync());

        // Another partition's run makes the rows again: from a version before the change first, then from that of the change.
        await lake.Stale.MarkAsync(new StaleMark("p", "2020-03-22", "run-2020-03-22-1", "the day before was made again", new TableVersion("silver.x", 7)), Token);
        Assert.Equal(["", "silver.x"], await StaleAsync());
        await lake.Stale.SettleAsync("p", "2020-03-22", [new PinnedTable("silver.x", 6, "", "~")], Token);
        Assert.Equal(["", "silver.x"], await StaleAsync());
        await lake.Stale.SettleAsync("p", "2020-03-22", [new PinnedTable("silver.x", 7, "", "~")], Token);
        Assert.Empty(await StaleAsync());
    }

    [Fact]
    public async Task CatchUp_WithARecordThatIsDamaged_TellsTheOthersAndNamesIt()
    {
        using var folder = new TempDir();
        var lake = new LakeRoot(folder.At("lake"));
        await using var follower = new CatalogFollower(lake, new CatalogSettings(await server.DatabaseAsync(), null));
        await follower.CatchUpAsync(Token);
        var bad = (await lake.Runs.KeepAsync(Run("2020-03-22", RunStatus.Published, 0), Token)).Path;
        var good = (await lake.Runs.KeepAsync(Run("2020-03-23", RunStatus.Published, 0), Token)).Path;
        await lake.Store.PutAsync(bad, "{\"entry\":"u8.ToArray(), Token);
        await lake.Outbox.AddAsync(bad, Token);
        await lake.Outbox.AddAsync(good, Token);

        Assert.Equal(1, await follower.CatchUpAsync(Token));

        Assert.Equal([bad], follower.Refused.Keys);
        Assert.Equal([bad], await lake.Outbox.PendingAsync(Token));
    }

    private static RecordedRun Run(string partition, RunStatus status, int n)
    {
        var counts = new RowCounts { Read = 10 + n, Published = 9, Quarantined = 1 + n, Dropped = new Dictionary<string, long>() };
        var datasets = status is RunStatus.Published ? new[] { new DatasetResult("silver.x", 100 + n, [partition], counts, [new RuleResult("rows", "error", n, n == 0)]) } : [];
        return new RecordedRun
        {
            Number = 0,
            Owner = "data",
            Entry = new LedgerEntry
            {
                Result = new RunResult { Request = new RunRequest("p", partition), Status = status, Reason = status is RunStatus.Failed ? $"broken {n}\nmore" : null, Datasets = datasets, Cost = new RunCost(n, 10, 0.1m * n, 0.1m) },
                RunId = $"run-{partition}-{n}",
                InputFingerprint = $"in-{n}",
                CodeFingerprint = "code",
                StartedAt = Noon.AddHours(n),
                EndedAt = Noon.AddHours(n).AddMinutes(1),
            },
            PartitionStart = Noon,
            PartitionEnd = Noon.AddDays(1),
            Datasets = [new RecordedDataset("silver.x", $"code-{n}", "contract", 10 * n, [new RecordedRead("bronze.x", "7")], [new RecordedColumn("a", "bronze.x", "b", "identity")])],
            Steps = [new RecordedStep("Transform", "silver.x", "done", 2, Noon, TimeSpan.FromSeconds(n), null, "w"), new RecordedStep("Transform", "silver.x", "done", 1, Noon, TimeSpan.FromSeconds(1), null, "w")],
            Deeds = [new Deed($"run/p/{partition}/{n}/1", Noon, "ann", "run.start", $"run/p/{partition}", null)],
        };
    }

    private static Hold Hold(string run) => new()
    {
        WorkflowId = "run/p/2020-03-22",
        RunId = run,
        Pipeline = "p",
        Partition = "2020-03-22",
        Dataset = "silver.x",
        Version = 1,
        Rules = ["rows", "mean"],
        Problem = "rows is 12\nmean is 3",
        Approvers = ["ann"],
        RaisedAt = Noon,
        ExpiresAt = Noon.AddDays(7),
    };
}
