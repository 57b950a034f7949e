using Orchestrator.Catalog.Entities;

namespace Orchestrator.Catalog.Tests;

[Trait("Category", "Integration")]
public sealed class RunLogTests(CatalogServer server)
{
    [Fact]
    public async Task RecordAsync_Repeated_ChangesNothing()
    {
        await using var catalog = await server.CatalogAsync();
        var record = Whole();

        await catalog.Runs.RecordAsync(record, Token);
        await catalog.Runs.RecordAsync(record, Token);

        Assert.Equal(record.Run, await catalog.Runs.FindAsync("run-1", Token));
        Assert.Equal(record.Attempts, await catalog.Runs.AttemptsOfAsync("run-1", Token));
        Assert.Equal(record.Metrics, await catalog.Runs.MetricsOfAsync("run-1", Token));
        Assert.Equal(record.Quality, await catalog.Quality.OfRunAsync("run-1", Token));
        Assert.Equal(record.Lineage, await catalog.Lineage.OfRunAsync("run-1", Token));
        Assert.Equal(record.Quarantine, await catalog.Quarantine.OpenAsync("covid", cancellationToken: Token));
        Assert.Equal(12.5m, (await catalog.Costs.SumAsync("covid", Rows.Noon, Rows.Noon.AddDays(1), Token))["cpu_seconds"].Amount);
        Assert.Equal(1, (await catalog.Outbox.PendingAsync(Token))["openlineage"]);
        Assert.Equal(record.Published.Concat(record.Ended).Select(e => (e.Dataset, e.State)), (await catalog.Ledger.OfPartitionAsync("covid", "2020-03-22", Token)).OrderByDescending(e => e.Dataset).Select(e => (e.Dataset, e.State)));
    }

    [Fact]
    public async Task RecordAsync_OfALateRun_RecordsNothingOfIt()
    {
        await using var catalog = await server.CatalogAsync();
        await catalog.Ledger.PublishedAsync(Rows.Ledger(epoch: 2, runId: "run-2", dataset: "gold.daily"), Token);

        await Assert.ThrowsAsync<StaleEpochException>(() => catalog.Runs.RecordAsync(Whole(), Token));

        Assert.Null(await catalog.Runs.FindAsync("run-1", Token));
        Assert.Null(await catalog.Ledger.FindAsync(new PartitionId("covid", "silver.cases", "2020-03-22"), Token));
        Assert.Empty(await catalog.Outbox.PendingAsync(Token));
    }

    [Fact]
    public async Task RecordAsync_OfManyRunsOfTheSamePartitions_NeverDeadlocks()
    {
        await using var catalog = await server.CatalogAsync();

        await Parallel.ForEachAsync(Enumerable.Range(1, 60), new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = Token }, async (epoch, token) =>
        {
            var (a, b) = (Rows.Ledger(epoch: epoch, runId: $"r{epoch}"), Rows.Ledger(epoch: epoch, runId: $"r{epoch}", dataset: "gold.daily"));
            try
            {
                await catalog.Runs.RecordAsync(new RunRecord { Run = Rows.Run($"r{epoch}"), Published = epoch % 2 == 0 ? [a, b] : [b, a] }, token);
            }
            catch (StaleEpochException late)
            {
                Assert.True(late.Current > epoch);
            }
        });

        Assert.All(await catalog.Ledger.OfPartitionAsync("covid", "2020-03-22", Token), e => Assert.Equal(60, e.Epoch));
    }

    [Fact]
    public async Task StartedAsync_AfterTheEnd_LeavesTheEnd()
    {
        await using var catalog = await server.CatalogAsync();
        await catalog.Runs.StartedAsync(Rows.Run(status: "running"), Token);
        await catalog.Runs.StartedAsync(Rows.Run(), Token);
        await catalog.Runs.StartedAsync(Rows.Run(status: "running"), Token);

        Assert.Equal("succeeded", (await catalog.Runs.FindAsync("run-1", Token))!.Status);
    }

    [Fact]
    public async Task ListAsync_IsNewestFirstAndFiltered()
    {
        await using var catalog = await server.CatalogAsync();
        foreach (var run in new[] { Rows.Run("a", "p1", minutes: 1), Rows.Run("b", "p2", "failed", 2), Rows.Run("c", "p1", minutes: 3) with { Backfill = "march" } })
        {
            await catalog.Runs.StartedAsync(run, Token);
        }

        Assert.Equal(["c", "b", "a"], (await catalog.Runs.ListAsync("covid", cancellationToken: Token)).Select(r => r.RunId));
        Assert.Equal(["c"], (await catalog.Runs.ListAsync("covid", "p1", limit: 1, cancellationToken: Token)).Select(r => r.RunId));
        Assert.Equal(["b"], (await catalog.Runs.ListAsync("covid", status: "failed", cancellationToken: Token)).Select(r => r.RunId));
        Assert.Equal(["c"], (await catalog.Runs.OfBackfillAsync("march", Token)).Select(r => r.RunId));
        Assert.Empty(await catalog.Runs.ListAsync("other", cancellationToken: Token));
    }

    [Fact]
    public async Task EstimateAsync_LooksAtTheNewestSuccessfulRuns()
    {
        await using var catalog = await server.CatalogAsync();
        for (var n = 0; n < 6; n++)
        {
            await catalog.Runs.RecordAsync(
                new RunRecord
                {
                    Run = Rows.Run($"r{n}", status: n == 5 ? "failed" : "succeeded", minutes: n),
                    Metrics = [new StepMetric { RunId = $"r{n}", Dataset = "silver.cases", Step = "transform", Name = "duration_ms", Value = n == 0 ? 1e6 : n * 10, MeasuredAt = Rows.Noon }],
                },
                Token);
        }

        var (runs, mean, deviation) = await catalog.Runs.EstimateAsync("covid", "silver.cases", "transform", "duration_ms", newest: 3, Token);

        Assert.Equal((3, 30.0, 10.0), (runs, mean, deviation));
        Assert.Equal(0, (await catalog.Runs.EstimateAsync("covid", "silver.cases", "transform", "no_such", cancellationToken: Token)).Runs);
    }

    private static RunRecord Whole() => new()
    {
        Run = Rows.Run(),
        Published = [Rows.Ledger()],
        Ended = [Rows.Ledger(dataset: "gold.daily", state: PartitionState.Held)],
        Attempts = [new AttemptEntry { RunId = "run-1", Dataset = "silver.cases", Step = "transform", Attempt = 1, Worker = "w1", Status = "succeeded", StartedAt = Rows.Noon, EndedAt = Rows.Noon.AddSeconds(1) }],
        Metrics = [.. Enumerable.Range(0, 40).Select(n => new StepMetric { RunId = "run-1", Dataset = "silver.cases", Step = "transform", Name = $"m{n:00}", Value = n, MeasuredAt = Rows.Noon })],
        Quality = [Rows.Quality("2020-03-22")],
        Lineage = [new LineageEdge { RunId = "run-1", Output = "covid/silver.cases", OutputColumn = "confirmed", Input = "covid/bronze.daily_reports", InputColumn = "confirmed", OutputVersion = 10, InputVersion = "9", Kind = "transformation", RecordedAt = Rows.Noon }],
        Quarantine = [new QuarantineEntry { Pipeline = "covid", Dataset = "silver.cases", Partition = "2020-03-22", RunId = "run-1", Rule = "confirmed.range", Epoch = 1, Rows = 3, Location = "_quarantine/x", State = "open", QuarantinedAt = Rows.Noon, UpdatedAt = Rows.Noon }],
        Costs = [new CostEntry { RunId = "run-1", Dataset = "silver.cases", Kind = "cpu_seconds", Pipeline = "covid", Partition = "2020-03-22", Quantity = 5, Amount = 12.5m, RecordedAt = Rows.Noon }],
        Outbox = [new OutboxMessage { MessageId = "lineage/run-1", Topic = "openlineage", Payload = "{}", CreatedAt = Rows.Noon, AvailableAt = Rows.Noon }],
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
