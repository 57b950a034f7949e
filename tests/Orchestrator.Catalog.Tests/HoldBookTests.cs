using Orchestrator.Catalog.Entities;

namespace Orchestrator.Catalog.Tests;

[Trait("Category", "Integration")]
public sealed class HoldBookTests(CatalogServer server)
{
    [Fact]
    public async Task DecideAsync_OnTheSeenRevision_DecidesOnce()
    {
        await using var catalog = await server.CatalogAsync();
        Assert.True(await catalog.Holds.RaiseAsync(Rows.Hold(), Token));
        Assert.False(await catalog.Holds.RaiseAsync(Rows.Hold(), Token));

        var decided = await catalog.Holds.DecideAsync(Rows.Decision(), Token);
        var again = await catalog.Holds.DecideAsync(Rows.Decision(), Token);

        Assert.Equal((HoldState.Approved, 1), (decided.State, decided.Revision));
        Assert.Equal(decided, again);
        Assert.Equal([Rows.Decision()], await catalog.Holds.DecisionsAsync(decided.HoldId, Token));
        var audit = Assert.Single(await catalog.Audit.ListAsync(decided.HoldId, cancellationToken: Token));
        Assert.Equal(("ada", "hold.approve"), (audit.Actor, audit.Action));
        Assert.Empty(await catalog.Holds.OpenAsync(cancellationToken: Token));
    }

    [Fact]
    public async Task DecideAsync_OfTwoAtOnce_LetsOneThrough()
    {
        await using var catalog = await server.CatalogAsync();
        await catalog.Holds.RaiseAsync(Rows.Hold(), Token);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            try
            {
                return (await catalog.Holds.DecideAsync(Rows.Decision(n % 2 == 0 ? "approve" : "reject", id: $"update-{n}"), Token)).State.ToString();
            }
            catch (StaleDecisionException refused)
            {
                return refused.Message.Contains("decision was taken on revision 0", StringComparison.Ordinal) ? "stale" : refused.Message;
            }
        }));

        Assert.Equal(7, outcomes.Count(o => o == "stale"));
        Assert.Single(await catalog.Holds.DecisionsAsync(Rows.Hold().HoldId, Token));
    }

    [Fact]
    public async Task DecideAsync_Waive_PutsTheRuleOutOfForceForATime()
    {
        await using var catalog = await server.CatalogAsync();
        await catalog.Holds.RaiseAsync(Rows.Hold(), Token);

        await catalog.Holds.DecideAsync(Rows.Decision("waive") with { Rule = "row_count", Until = Rows.Noon.AddDays(2) }, Token);

        Assert.Equal("row_count", Assert.Single(await catalog.Holds.WaiversAsync("covid", "silver.cases", Rows.Noon.AddDays(1), Token)).Rule);
        Assert.Empty(await catalog.Holds.WaiversAsync("covid", "silver.cases", Rows.Noon.AddDays(2), Token));
    }

    [Fact]
    public async Task RaiseAsync_OfALaterEpoch_SupersedesTheOpenOne()
    {
        await using var catalog = await server.CatalogAsync();
        await catalog.Holds.RaiseAsync(Rows.Hold(1), Token);
        await catalog.Holds.RaiseAsync(Rows.Hold(2), Token);

        Assert.Equal([2L], (await catalog.Holds.OpenAsync("covid", Token)).Select(h => h.Epoch));
        await Assert.ThrowsAsync<StaleDecisionException>(() => catalog.Holds.DecideAsync(Rows.Decision(), Token));
    }

    [Fact]
    public async Task DecideAsync_OfNothing_SaysWhat()
    {
        await using var catalog = await server.CatalogAsync();
        await catalog.Holds.RaiseAsync(Rows.Hold(), Token);

        Assert.Contains("There is no hold", (await Assert.ThrowsAsync<CatalogException>(() => catalog.Holds.DecideAsync(Rows.Decision(epoch: 9), Token))).Message, StringComparison.Ordinal);
        Assert.Contains("expected approve, reject", (await Assert.ThrowsAsync<CatalogException>(() => catalog.Holds.DecideAsync(Rows.Decision("maybe"), Token))).Message, StringComparison.Ordinal);
        Assert.Contains("waives no rule", (await Assert.ThrowsAsync<CatalogException>(() => catalog.Holds.DecideAsync(Rows.Decision("waive"), Token))).Message, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
