using System.Collections.Concurrent;
using Orchestrator.Activities.Contracts;

namespace Integration.Tests.Runs;

/// <summary>Policies of steps, and where a step goes on that was cut short, by the real activities.</summary>
public sealed class StepRetryTests
{
    [Theory]
    [InlineData("audit: {attempts: 2, first_delay: 10ms}", "transform.staged", 2)]
    [InlineData("audit: {attempts: 7, first_delay: 10ms, max_delay: 10ms}", "transform.staged", 7)]
    [InlineData("audit: {attempts: 7, first_delay: 10ms, max_delay: 10ms}, transform: {attempts: 2, first_delay: 10ms}", "transform.made", 2)]
    [InlineData("transform: {attempts: 3, first_delay: 10ms}", "transform.staged", 3)]
    public async Task Audit_ThatKeepsFailing_IsTriedAsOftenAsItsOwnPolicySays(string retry, string place, int expected)
    {
        await using var live = await LiveRuns.StartAsync(SmallWorkspace.Shop(more: $"retry: {{{retry}}}"));
        var tries = 0;
        live.At = p =>
        {
            if (p == place)
            {
                tries++;
                throw new IOException("Not now.");
            }
        };
        await LiveRuns.FailureAsync(() => live.RunAsync("shop", "2024-05-01"));
        Assert.Equal(expected, tries);
    }

    [Fact]
    public async Task Land_ThatIsCutShort_GoesOnBehindTheFilesThatItHasLanded()
    {
        var workspace = SmallWorkspace.Shop();
        workspace.Edit("pipelines/shop/pipeline.yaml", "sample/{yyyy}-{MM}-{dd}.csv", "sample/{yyyy}-{MM}-{dd}*.csv");
        workspace.Write("pipelines/shop/sample/2024-05-01-b.csv", "id,amount\n3,3");
        workspace.Write("pipelines/shop/sample/2024-05-01-c.csv", "id,amount\n4,4");
        await using var live = await LiveRuns.StartAsync(workspace);
        var landed = new ConcurrentQueue<string>();
        live.At = p =>
        {
            if (p == "land.file")
            {
                landed.Enqueue(p);
                if (landed.Count == 3)
                {
                    // Long enough for a heartbeat to tell of the two before.
                    Thread.Sleep(TimeSpan.FromSeconds(3));
                    throw new IOException("The disk went away.");
                }
            }
        };

        var result = await live.RunAsync("shop", "2024-05-01");

        Assert.Equal(4, landed.Count);
        Assert.Equal((4, 4), (result.Datasets[0].Counts.Read, result.Datasets[0].Counts.Published));
        Assert.Equal(["17|2024-05-01"], await live.RowsAsync("total, day", "gold.sums"));
    }
}
