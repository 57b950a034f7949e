using Orchestrator.Catalog.Entities;
using Orchestrator.TestKit;

namespace Orchestrator.Catalog.Tests;

/// <summary>Quality, lineage, quarantine, watermarks, audit and outbox.</summary>
[Trait("Category", "Integration")]
public sealed class SeriesTests(CatalogServer server)
{
    [Fact]
    public async Task Quality_SeriesAsync_GivesTheNewestEpochOfEveryPartition()
    {
        await using var catalog = await server.CatalogAsync();
        await catalog.Quality.AddAsync([.. Enumerable.Range(1, 9).SelectMany(d => new[] { Rows.Quality($"2020-03-0{d}", 2, d * 10), Rows.Quality($"2020-03-0{d}", 1, d), Rows.Quality($"2020-03-0{d}", 3, 99, "nulls") })], Token);

        var series = await catalog.Quality.SeriesAsync("covid", "silver.cases", "row_count", before: "2020-03-07", newest: 3, Token);

        Assert.Equal([("2020-03-04", 40.0), ("2020-03-05", 50.0), ("2020-03-06", 60.0)], series.Select(p => (p.Partition, p.Value)));
        Assert.Equal(9, (await catalog.Quality.SeriesAsync("covid", "silver.cases", "row_count", cancellationToken: Token)).Count);
    }

    [Fact]
    public async Task Lineage_WorksBothWays()
    {
        await using var catalog = await server.CatalogAsync();
        LineageEdge Edge(string run, string output, string column, string input, long version) => new() { RunId = run, Output = output, OutputColumn = column, Input = input, InputColumn = column, OutputVersion = version, RecordedAt = Rows.Noon.AddMinutes(version) };
        await catalog.Lineage.AddAsync([Edge("r1", "silver", "a", "bronze", 1), Edge("r2", "silver", "a", "bronze", 2), Edge("r2", "silver", "b", "bronze", 2), Edge("r2", "gold", "a", "silver", 1)], Token);

        Assert.Equal([("a", 2L), ("b", 2L)], (await catalog.Lineage.UpstreamAsync("silver", cancellationToken: Token)).Select(e => (e.OutputColumn, e.OutputVersion!.Value)));
        Assert.Equal(["gold"], (await catalog.Lineage.DownstreamAsync("silver", "a", Token)).Select(e => e.Output));
        Assert.Empty(await catalog.Lineage.DownstreamAsync("silver", "b", Token));
    }

    [Fact]
    public async Task Quarantine_RedrivenAsync_OnlyGrowsAndOutlivesARepeatedRun()
    {
        await using var catalog = await server.CatalogAsync();
        var key = new PartitionId("covid", "silver.cases", "2020-03-22");
        var entry = new QuarantineEntry { Pipeline = key.Pipeline, Dataset = key.Dataset, Partition = key.Partition, RunId = "run-1", Rule = "range", Epoch = 1, Rows = 5, State = "open", QuarantinedAt = Rows.Noon };
        await catalog.Quarantine.AddAsync([entry], Token);

        await catalog.Quarantine.RedrivenAsync(key, "run-1", "range", 3, Token);
        await catalog.Quarantine.RedrivenAsync(key, "run-1", "range", 2, Token);
        await catalog.Quarantine.AddAsync([entry], Token);
        Assert.Equal(3, Assert.Single(await catalog.Quarantine.OpenAsync("covid", "silver.cases", "2020-03-22", Token)).Redriven);

        await catalog.Quarantine.RedrivenAsync(key, "run-1", "range", 7, Token);
        Assert.Empty(await catalog.Quarantine.OpenAsync("covid", cancellationToken: Token));
    }

    [Fact]
    public async Task Watermarks_OnlyGrow_AndRefuseEarlierEpochs()
    {
        await using var catalog = await server.CatalogAsync();
        Watermark Mark(int hour, long epoch, string cursor) => new() { Pipeline = "covid", Name = "daily", EventTime = Rows.Noon.AddHours(hour), Cursor = cursor, Epoch = epoch, UpdatedAt = Rows.Noon };

        Assert.True(await catalog.Watermarks.AdvanceAsync(Mark(2, 2, "b"), Token));
        Assert.True(await catalog.Watermarks.AdvanceAsync(Mark(1, 2, "c"), Token));
        Assert.False(await catalog.Watermarks.AdvanceAsync(Mark(9, 1, "d"), Token));

        Assert.Equal(Mark(2, 2, "c"), await catalog.Watermarks.FindAsync("covid", "daily", Token));
        Assert.Null(await catalog.Watermarks.FindAsync("covid", "other", Token));
    }

    [Fact]
    public async Task Audit_KeepsTheFirstOfARepeatedEntry()
    {
        await using var catalog = await server.CatalogAsync();
        var entry = new AuditEntry { Id = "1", At = Rows.Noon, Actor = "ada", Action = "run.start", Target = "covid", Details = """{"partition": "2020-03-22"}""" };

        Assert.Equal(1, await catalog.Audit.AddAsync([entry], Token));
        Assert.Equal(0, await catalog.Audit.AddAsync([entry with { Actor = "eve" }], Token));

        Assert.Equal([entry], await catalog.Audit.ListAsync("covid", cancellationToken: Token));
    }

    [Fact]
    public async Task Outbox_GivesEachMessageToOneTaker_AndAgainWhenTheLeaseEnds()
    {
        var clock = new ManualTime(Rows.Noon.AddHours(1));
        await using var catalog = await server.CatalogAsync(clock);
        await catalog.Outbox.AddAsync([.. Enumerable.Range(0, 40).Select(n => new OutboxMessage { MessageId = $"m{n:00}", Topic = "alert", Payload = "{}", CreatedAt = Rows.Noon.AddSeconds(n), AvailableAt = Rows.Noon })], Token);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => catalog.Outbox.TakeAsync("alert", 5, TimeSpan.FromMinutes(1), Token)));
        Assert.Equal(40, taken.SelectMany(t => t).Select(m => m.MessageId).Distinct().Count());
        Assert.Empty(await catalog.Outbox.TakeAsync("alert", 5, TimeSpan.FromMinutes(1), Token));

        await catalog.Outbox.DeliveredAsync([.. Enumerable.Range(0, 38).Select(n => $"m{n:00}")], Token);
        await catalog.Outbox.FailedAsync("m39", "no route", clock.GetUtcNow().AddHours(1), Token);
        clock.Advance(TimeSpan.FromMinutes(2));
        var again = Assert.Single(await catalog.Outbox.TakeAsync("alert", 5, TimeSpan.FromMinutes(1), Token));
        Assert.Equal(("m38", 2), (again.MessageId, again.Attempts));
        Assert.Equal(2, (await catalog.Outbox.PendingAsync(Token))["alert"]);
    }

    [Fact]
    public async Task ClearDerivedAsync_KeepsWhatOnlyTheCatalogKnows()
    {
        await using var catalog = await server.CatalogAsync();
        await catalog.Ledger.PublishedAsync(Rows.Ledger(), Token);
        await catalog.Holds.RaiseAsync(Rows.Hold(), Token);

        await catalog.ClearDerivedAsync(Token);

        Assert.Empty(await catalog.Ledger.GridAsync("covid", "silver.cases", Token));
        Assert.Single(await catalog.Holds.OpenAsync(cancellationToken: Token));
    }

    [Fact]
    public async Task OpenAsync_OfManyAtOnce_MigratesOnce()
    {
        var connection = await server.DatabaseAsync();

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CatalogDatabase.OpenAsync(connection, cancellationToken: Token)));

        foreach (var catalog in all)
        {
            Assert.Equal(1, await catalog.Ledger.ClaimAsync(new PartitionId("p", "d", "x"), "r", cancellationToken: Token));
            await catalog.DisposeAsync();
        }
    }

    [Fact]
    public async Task OpenAsync_WithoutAServer_IsTransientAndShowsNoPassword()
    {
        var failure = await Assert.ThrowsAsync<CatalogException>(() => CatalogDatabase.OpenAsync("Host=/nowhere/at/all;Username=u;Password=hunter2", cancellationToken: Token));

        Assert.True(failure.IsTransient);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
