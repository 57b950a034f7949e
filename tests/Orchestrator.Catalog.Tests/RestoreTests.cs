using Orchestrator.Catalog.Entities;

namespace Orchestrator.Catalog.Tests;

/// <summary>Runs that the catalog hears of in whatever order leave it the same.</summary>
[Trait("Category", "Integration")]
public sealed class RestoreTests(CatalogServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RestoreAsync_InEveryOrder_EndsWithTheLastStateAndTheLastPublish()
    {
        await using var catalog = await server.CatalogAsync();
        RunRecord[] runs = [Of(1, PartitionState.Published), Of(2, PartitionState.Failed), Of(3, PartitionState.Published), Of(4, PartitionState.Failed)];
        foreach (var (order, n) in Orders(runs).Select((o, n) => (o, n)))
        {
            var pipeline = $"p{n}";
            foreach (var run in order)
            {
                await catalog.Runs.RestoreAsync([In(pipeline, run)], Token);
                await catalog.Runs.RestoreAsync([In(pipeline, run)], Token);
            }

            var entry = (await catalog.Ledger.FindAsync(new PartitionId(pipeline, "silver.cases", "2020-03-22"), Token))!;
            Assert.Equal((4L, "run-4", PartitionState.Failed, "broken"), (entry.Epoch, entry.RunId, entry.State, entry.Reason));
            Assert.Equal((3L, "in-3", 30L, 3L), (entry.PublishedEpoch, entry.InputFingerprint, entry.TableVersion, entry.Rows));
            var open = Assert.Single(await catalog.Quarantine.OpenAsync(pipeline, cancellationToken: Token));
            Assert.Equal(3, open.Epoch);
            var mark = (await catalog.Watermarks.FindAsync(pipeline, "silver.cases", Token))!;
            Assert.Equal((Rows.Noon, Rows.Noon.AddMinutes(1)), (mark.EventTime, mark.UpdatedAt));
        }
    }

    [Fact]
    public async Task RestoreAsync_OfManyRunsAtOnce_IsWhatOneByOneGives()
    {
        await using var catalog = await server.CatalogAsync();
        var runs = Enumerable.Range(0, 100).Select(n => In("many", Of(1, PartitionState.Published), $"part-{n:D3}")).ToArray();

        await catalog.Runs.RestoreAsync(runs, Token);

        var grid = await catalog.Ledger.GridAsync("many", "silver.cases", ["code"], Token);
        Assert.Equal(100, grid.Count);
        Assert.All(grid, c => Assert.True(c is { State: PartitionState.Published, IsPublished: true, IsOlderCode: true, Epoch: 1 }));
        Assert.Equal(["code"], await catalog.Ledger.CodesAsync("many", "silver.cases", Token));
        Assert.Empty(await catalog.Ledger.ApartAsync("many", "silver.cases", Token));
        Assert.Equal(100, await catalog.Runs.CountAsync("many", cancellationToken: Token));
        Assert.Equal(("many", PartitionState.Published, 100L), (await catalog.Ledger.SummaryAsync("silver.cases", Token)).Where(s => s.Pipeline == "many").Select(s => (s.Pipeline, s.State, s.Partitions)).Single());
        Assert.Equal(100, (await catalog.CountsAsync(Token))["partition_ledger"]);
        await catalog.ClearAsync(Token);
        Assert.All(await catalog.CountsAsync(Token), c => Assert.Equal(0, c.Value));
    }

    private static RunRecord Of(long epoch, PartitionState state)
    {
        var entry = Rows.Ledger(epoch: epoch, runId: $"run-{epoch}", state: state) with { Rows = epoch, Reason = state == PartitionState.Failed ? "broken" : null };
        var published = state == PartitionState.Published;
        return new RunRecord
        {
            Run = Rows.Run($"run-{epoch}", status: published ? "succeeded" : "failed"),
            Published = published ? [entry] : [],
            Ended = published ? [] : [entry with { InputFingerprint = null, TableVersion = null, Rows = 0 }],
            Quarantine = published ? [new QuarantineEntry { Pipeline = "covid", Dataset = "silver.cases", Partition = "2020-03-22", RunId = $"run-{epoch}", Rule = "*", Epoch = epoch, Rows = 5, State = "open", QuarantinedAt = Rows.Noon }] : [],
            Watermarks = published ? [new Watermark { Pipeline = "covid", Name = "silver.cases", EventTime = Rows.Noon, UpdatedAt = Rows.Noon.AddMinutes(epoch) }] : [],
        };
    }

    /// <summary>The same run of another pipeline.</summary>
    private static RunRecord In(string pipeline, RunRecord run, string? partition = null)
    {
        var id = $"{run.Run.RunId}";
        LedgerEntry Move(LedgerEntry e) => e with { Pipeline = pipeline, Partition = partition ?? e.Partition };
        return run with
        {
            Run = run.Run with { Pipeline = pipeline, RunId = $"{pipeline}-{partition}-{id}", Partition = partition ?? run.Run.Partition },
            Published = [.. run.Published.Select(Move)],
            Ended = [.. run.Ended.Select(Move)],
            Quarantine = [.. run.Quarantine.Select(q => q with { Pipeline = pipeline, Partition = partition ?? q.Partition })],
            Watermarks = [.. run.Watermarks.Select(w => w with { Pipeline = pipeline })],
        };
    }

    private static IEnumerable<T[]> Orders<T>(T[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany((item, i) => Orders([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[item, .. rest]));
}
