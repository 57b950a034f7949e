using Orchestrator.Catalog.Entities;

namespace Orchestrator.Catalog.Tests;

[Trait("Category", "Integration")]
public sealed class PartitionLedgerTests(CatalogServer server)
{
    private static readonly PartitionId Key = new("covid", "silver.cases", "2020-03-22");

    [Fact]
    public async Task ClaimAsync_GivesEveryRunAnEpochAboveAllBefore()
    {
        await using var catalog = await server.CatalogAsync();

        Assert.Equal(1, await catalog.Ledger.ClaimAsync(Key, "a", cancellationToken: Token));
        Assert.Equal(2, await catalog.Ledger.ClaimAsync(Key, "b", cancellationToken: Token));
        Assert.Equal(41, await catalog.Ledger.ClaimAsync(Key, "c", atLeast: 41, Token));
        Assert.Equal(42, await catalog.Ledger.ClaimAsync(Key, "d", atLeast: 5, Token));
        Assert.Equal(1, await catalog.Ledger.ClaimAsync(Key, "a", cancellationToken: Token));
        Assert.Equal(1, await catalog.Ledger.ClaimAsync(Key with { Dataset = "gold.daily" }, "a", cancellationToken: Token));
        Assert.Equal(42, (await catalog.Ledger.FindAsync(Key, Token))!.ClaimEpoch);
    }

    [Fact]
    public async Task ClaimAsync_OfManyAtOnce_GivesEachItsOwn()
    {
        await using var catalog = await server.CatalogAsync();

        var epochs = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => catalog.Ledger.ClaimAsync(Key, $"run-{n % 20}", cancellationToken: Token)));

        // Three asked for each run: they were told the same, and no two runs share an epoch.
        Assert.All(Enumerable.Range(0, 20), n => Assert.Single(epochs.Where((_, i) => i % 20 == n).Distinct()));
        Assert.Equal(20, epochs.Distinct().Count());
    }

    [Fact]
    public async Task PublishedAsync_OfALaterRun_IsNeverOverwritten()
    {
        await using var catalog = await server.CatalogAsync();
        await catalog.Ledger.PublishedAsync(Rows.Ledger(epoch: 3, runId: "c"), Token);

        var stale = await Assert.ThrowsAsync<StaleEpochException>(() => catalog.Ledger.PublishedAsync(Rows.Ledger(epoch: 2, runId: "b"), Token));
        Assert.Equal((Key, 2L, 3L), (stale.Key, stale.Epoch, stale.Current));
        await Assert.ThrowsAsync<StaleEpochException>(() => catalog.Ledger.EndedAsync(Rows.Ledger(epoch: 2, runId: "b", state: PartitionState.Failed), Token));
        await Assert.ThrowsAsync<StaleEpochException>(() => catalog.Ledger.PublishedAsync(Rows.Ledger(epoch: 3, runId: "somebody else"), Token));
        await catalog.Ledger.PublishedAsync(Rows.Ledger(epoch: 3, runId: "c"), Token);

        Assert.Equal((3L, "c", "in-3"), ((await catalog.Ledger.FindAsync(Key, Token)) is { } l) ? (l.Epoch, l.RunId, l.InputFingerprint) : default);
    }

    [Fact]
    public async Task PublishedAsync_AfterALaterClaim_IsRefused()
    {
        await using var catalog = await server.CatalogAsync();
        var late = await catalog.Ledger.ClaimAsync(Key, "late", cancellationToken: Token);
        await catalog.Ledger.ClaimAsync(Key, "next", cancellationToken: Token);

        await Assert.ThrowsAsync<StaleEpochException>(() => catalog.Ledger.CheckAsync(Key, late, Token));
        await Assert.ThrowsAsync<StaleEpochException>(() => catalog.Ledger.PublishedAsync(Rows.Ledger(epoch: late, runId: "late"), Token));
        Assert.Equal(PartitionState.Missing, (await catalog.Ledger.FindAsync(Key, Token))!.State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task PublishedAsync_OfConcurrentWriters_EndsWithTheLatestEpoch(int seed)
    {
        await using var catalog = await server.CatalogAsync();
        var order = Enumerable.Range(1, 80).ToArray();
        new Random(seed).Shuffle(order);

        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (epoch, token) =>
        {
            try
            {
                await catalog.Ledger.PublishedAsync(Rows.Ledger(epoch: epoch, runId: $"run-{epoch}"), token);
            }
            catch (StaleEpochException refused)
            {
                Assert.True(refused.Current > epoch);
            }
        });

        var entry = (await catalog.Ledger.FindAsync(Key, Token))!;
        Assert.Equal((80L, "run-80", "in-80", 800L), (entry.Epoch, entry.RunId, entry.InputFingerprint, entry.TableVersion));
    }

    [Fact]
    public async Task EndedAsync_LeavesWhatIsPublished()
    {
        await using var catalog = await server.CatalogAsync();
        await catalog.Ledger.PublishedAsync(Rows.Ledger(epoch: 1), Token);

        await catalog.Ledger.EndedAsync(Rows.Ledger(epoch: 2, runId: "run-2", state: PartitionState.Failed) with { Reason = "contract.broken", Rows = 0 }, Token);

        var entry = (await catalog.Ledger.FindAsync(Key, Token))!;
        Assert.Equal((2L, PartitionState.Failed, "contract.broken"), (entry.Epoch, entry.State, entry.Reason));
        Assert.Equal((1L, 10L, 3000L, "in-1"), (entry.PublishedEpoch, entry.TableVersion, entry.Rows, entry.InputFingerprint));
    }

    [Fact]
    public async Task RestoreAsync_OfManyInAnyOrder_KeepsTheLatestOfEach()
    {
        await using var catalog = await server.CatalogAsync();
        await catalog.Ledger.PublishedAsync(Rows.Ledger("p-0007", epoch: 9, runId: "run-9"), Token);
        var entries = Enumerable.Range(0, 500).SelectMany(p => new[] { 2L, 3, 1 }.Select(e => Rows.Ledger($"p-{p:0000}", e, $"run-{e}"))).ToList();

        Assert.Equal(499, await catalog.Ledger.RestoreAsync(entries, Token));
        Assert.Equal(499, await catalog.Ledger.RestoreAsync(entries, Token));

        var grid = await catalog.Ledger.GridAsync("covid", "silver.cases", Token);
        Assert.Equal(500, grid.Count);
        Assert.All(grid, c => Assert.Equal(c.Partition == "p-0007" ? 9 : 3, c.Epoch));
    }

    [Fact]
    public async Task Flags_AreSetOnPublishedPartitionsOnly_AndPublishingFreshensAndKeepsTheSeal()
    {
        await using var catalog = await server.CatalogAsync();
        await catalog.Ledger.RestoreAsync([Rows.Ledger("a"), Rows.Ledger("b"), Rows.Ledger("c", state: PartitionState.Failed)], Token);

        Assert.Equal(2, await catalog.Ledger.MarkStaleAsync("covid", "silver.cases", ["a", "b", "c", "d"], Token));
        Assert.Equal(0, await catalog.Ledger.MarkStaleAsync("covid", "silver.cases", ["a"], Token));
        await catalog.Ledger.SealAsync("covid", "a", DateTimeOffset.UnixEpoch, Token);
        await catalog.Ledger.PublishedAsync(Rows.Ledger("a", epoch: 2, runId: "run-2"), Token);

        var grid = await catalog.Ledger.GridAsync("covid", "silver.cases", Token);
        Assert.Equal([("a", false, true), ("b", true, false), ("c", false, false)], grid.Select(c => (c.Partition, c.IsStale, c.IsFinal)));
    }

    [Fact]
    public async Task GridAsync_OfAHundredThousandPartitions_TellsOfEachOnce()
    {
        await using var catalog = await server.CatalogAsync();
        var first = new DateTime(1900, 1, 1);
        string[] days = [.. Enumerable.Range(0, 100_000).Select(d => first.AddDays(d).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))];
        await catalog.Ledger.RestoreAsync([.. days.Select(d => Rows.Ledger(d))], Token);

        Assert.Equal(days, (await catalog.Ledger.GridAsync("covid", "silver.cases", Token)).Select(c => c.Partition));
        var compared = await catalog.Ledger.FingerprintsAsync("covid", "silver.cases", Token);
        Assert.Equal(("1900-01-01", "in-1", "code"), (compared[0].Partition, compared[0].Input, compared[0].Code));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
