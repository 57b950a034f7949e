using System.Collections.Concurrent;
using Integration.Tests.Orchestration;
using Orchestrator.Activities.Contracts;

namespace Integration.Tests.Flow;

/// <summary>Runs that find, when they publish, that others have changed what they read.</summary>
public sealed class ConflictTests
{
    [Fact]
    public async Task Run_ThatMakesADatasetAgain_MakesAgainWhatWasMadeFromItAndNothingElse()
    {
        var (makings, refused) = (new ConcurrentQueue<string>(), 0);
        var stand = new FlowStandIns
        {
            Plan = plan => plan with { Datasets = [new("bronze.x", 0, true, 1), new("silver.x", 1, false, 1), new("gold.x", 2, false, 1), new("gold.sum", 3, false, 1), new("gold.other", 2, false, 1)] },
            Conflict = publish => publish.Dataset.Name == "silver.x" && Interlocked.Increment(ref refused) == 1 ? "another run was faster" : null,
            Transform = transform =>
            {
                makings.Enqueue(transform.Dataset.Name);
                return Made(transform, transform.Dataset.Name switch { "gold.x" => "silver.x", "gold.sum" => "gold.x", _ => "bronze.x" });
            },
        };
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(options => options.Configure(stand), async () =>
        {
            var run = await server.Client.StartRunAsync("day");
            Assert.Equal(RunStatus.Published, (await run.GetResultAsync()).Status);
        });

        Assert.Equal(["gold.other", "gold.sum x 2", "gold.x x 2", "silver.x x 2"], makings.GroupBy(m => m).Select(g => g.Count() == 1 ? g.Key : $"{g.Key} x {g.Count()}").Order(StringComparer.Ordinal));
        Assert.Equal(["silver.x", "gold.x", "gold.sum"], makings.Skip(4));
    }

    private static StagedData Made(TransformRequest transform, string reads) => new()
    {
        Dataset = transform.Dataset.Name,
        ManifestPath = "",
        Partitions = [transform.Plan.Request.Partition],
        Reads = [new PinnedTable(reads, 1, "", "z")],
        Counts = new RowCounts { Read = 7, Published = 7, Quarantined = 0, Dropped = new Dictionary<string, long>() },
        Rules = [],
    };
}
