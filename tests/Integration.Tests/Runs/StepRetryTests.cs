using System.Collections.Concurrent;
using Orchestrator.Activities.Contracts;
using Orchestrator.TestKit.S3;

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

    [Theory]
    [InlineData("land.file", 5, 3)]
    [InlineData("load.file", 5, 3)]
    [InlineData("load.file", 6, 3, 5)]
    public async Task Step_ThatIsCutShort_GoesOnBehindTheFilesThatItHasDone(string place, int visits, params int[] cuts)
    {
        await using var live = await LiveRuns.StartAsync(FourFiles(), checkpointEvery: TimeSpan.Zero);
        var done = Failing(live, place, cuts);

        var result = await live.RunAsync("shop", "2024-05-01");

        Assert.Equal(visits, done.Count);
        await AssertWholeAsync(live, result);
        Assert.Empty(live.Lake.Store.EnumerateAsync("_staging/").ToBlockingEnumerable());
    }

    [Fact]
    public async Task Load_ThatIsCutShortBesideABucket_GoesOnBehindTheFilesThatItHasLoaded()
    {
        await using var server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["lake"] });
        var workspace = FourFiles();
        await using var live = await LiveRuns.StartAsync(workspace, TimeSpan.Zero, server.Location("lake/shop", $"cache={workspace.At("cache")}"));
        var loaded = Failing(live, "load.file", 3);

        var result = await live.RunAsync("shop", "2024-05-01");

        Assert.Equal(5, loaded.Count);
        await AssertWholeAsync(live, result);
    }

    [Theory]
    [InlineData("kept-made-0.parquet")]
    [InlineData("kept-quarantine-0.parquet")]
    [InlineData("loaded-*.json")]
    public async Task Load_WhoseKeptRowsAreGone_BeginsAnew(string lost)
    {
        await using var live = await LiveRuns.StartAsync(FourFiles(), checkpointEvery: TimeSpan.Zero);
        var staging = Path.Combine(live.Workspace.Lake, "_staging");
        var loaded = Failing(live, "load.file", () => Directory.GetFiles(staging, lost, SearchOption.AllDirectories).ToList().ForEach(File.Delete), 3);

        var result = await live.RunAsync("shop", "2024-05-01");

        Assert.Equal(7, loaded.Count);
        await AssertWholeAsync(live, result);
    }

    [Fact]
    public async Task Load_WhoseKeptRowsAreCutOff_BeginsAnew()
    {
        await using var live = await LiveRuns.StartAsync(FourFiles(), checkpointEvery: TimeSpan.Zero);
        var staging = Path.Combine(live.Workspace.Lake, "_staging");
        var loaded = Failing(live, "load.file", () => File.WriteAllBytes(Directory.GetFiles(staging, "kept-made-0.parquet", SearchOption.AllDirectories)[0], new byte[1000]), 3);

        var result = await live.RunAsync("shop", "2024-05-01");

        Assert.Equal(7, loaded.Count);
        await AssertWholeAsync(live, result);
    }

    /// <summary>Four files of one day: six records, one of which is no row and one of which has no amount.</summary>
    private static SmallWorkspace FourFiles()
    {
        var workspace = SmallWorkspace.Shop();
        workspace.Edit("pipelines/shop/pipeline.yaml", "sample/{yyyy}-{MM}-{dd}.csv", "sample/{yyyy}-{MM}-{dd}*.csv");
        workspace.Write("pipelines/shop/sample/2024-05-01-b.csv", "id,amount\n3,3\n4,4,too many");
        workspace.Write("pipelines/shop/sample/2024-05-01-c.csv", "id,amount\n5,4");
        workspace.Write("pipelines/shop/sample/2024-05-01-d.csv", "id,amount\n6,5");
        return workspace;
    }

    private static async Task AssertWholeAsync(LiveRuns live, RunResult result)
    {
        Assert.Equal((6, 5, 1), (result.Datasets[0].Counts.Read, result.Datasets[0].Counts.Published, result.Datasets[0].Counts.Quarantined));
        Assert.Equal(["22|2024-05-01"], await live.RowsAsync("total, day", "gold.sums"));
        Assert.Equal(["1|1|2024-05-01.csv", "2|2|2024-05-01.csv", "3|1|2024-05-01-b.csv", "5|1|2024-05-01-c.csv", "6|1|2024-05-01-d.csv"], await live.RowsAsync("id, _source_row, parse_filename(_source_uri)", "bronze.shop"));
    }

    private static ConcurrentQueue<string> Failing(LiveRuns live, string place, params int[] at) => Failing(live, place, () => { }, at);

    /// <summary>Ends the work at the given visits of a place, counted from 1.</summary>
    /// <returns>All visits.</returns>
    private static ConcurrentQueue<string> Failing(LiveRuns live, string place, Action first, params int[] at)
    {
        var seen = new ConcurrentQueue<string>();
        live.At = p =>
        {
            if (p != place)
            {
                return;
            }

            seen.Enqueue(p);
            if (at.Contains(seen.Count))
            {
                first();
                throw new IOException("The disk went away.");
            }
        };
        return seen;
    }
}
