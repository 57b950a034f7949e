using System.Collections.Concurrent;
using System.Globalization;
using Integration.Tests.Orchestration;
using Orchestrator.Activities.Contracts;

namespace Integration.Tests.Flow;

/// <summary>Partitions of many files: what goes through Temporal stays below its limits, 2 MiB a value and 4 MiB a message.</summary>
public sealed class ManyFilesTests
{
    private const int Sources = 12;
    private const int Files = 4_000;

    [Fact]
    public async Task Run_OfThousandsOfFilesForManyDatasets_TellsEachOnlyOfItsOwn()
    {
        var files = new ConcurrentDictionary<string, int>();
        var stand = new FlowStandIns
        {
            Plan = plan => plan with
            {
                Inputs = [.. Enumerable.Range(0, Files).Select(i => new SourceFile($"s{i % Sources}", string.Create(CultureInfo.InvariantCulture, $"/a/folder/of/some/length/2026-01-01/part-{i:D5}.csv"), 1_000, new string('a', 64)) { ModifiedAt = DateTimeOffset.UnixEpoch })],
                Datasets = [.. Enumerable.Range(0, Sources).Select(i => new DatasetPlan($"bronze.s{i}", 0, true, 1) { Source = $"s{i}" }), .. Enumerable.Range(0, Sources).Select(i => new DatasetPlan($"silver.s{i}", 1, false, 1))],
            },
            Load = request =>
            {
                files[request.Dataset.Name] = request.Files.Count;
                return Task.CompletedTask;
            },
            Staged = staged => staged with
            {
                Values = Enumerable.Range(0, Files / Sources).ToDictionary(i => $"/a/folder/of/some/length/2026-01-01/part-{i:D5}-of-{staged.Dataset}.csv", _ => new string('b', 64)),
                Rules = [.. Enumerable.Range(0, 100).Select(i => new RuleResult($"{staged.Dataset}.column_{i}.in_range", "error", 0, true))],
            },
            Transform = request => new StagedData
            {
                Dataset = request.Dataset.Name,
                ManifestPath = "",
                Partitions = ["p"],
                Counts = request.Upstream.Count == Sources ? request.Upstream[0].Counts : throw new InvalidOperationException("Not all is there."),
                Rules = [],
            },
        };
        await using var server = await OrchestrationServer.StartAsync();
        await server.WithWorkerAsync(options => options.Configure(stand), async () =>
        {
            var run = await server.Client.StartRunAsync("p");
            Assert.Equal(2 * Sources, (await run.GetResultAsync()).Datasets.Count);
            Assert.Equal(Sources, files.Count);
            Assert.Equal(Files, files.Values.Sum());
            Assert.Equal(Files, Assert.Single(stand.Ledger).Inputs.Count);
        });
    }
}
