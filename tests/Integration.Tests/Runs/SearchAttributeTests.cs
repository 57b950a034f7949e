using Integration.Tests.Cli;
using Orchestrator.Activities.Contracts;
using Temporal.DevServer;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Common;

namespace Integration.Tests.Runs;

/// <summary>Workflows of pipelines are found in Temporal by what they work on; a namespace that knows none of the attributes runs them all the same.</summary>
public sealed class SearchAttributeTests
{
    [Fact]
    public async Task Visibility_ByEachAttribute_FindsTheRuns()
    {
        using var workspace = new CovidWorkspace("2020-03-21", "2020-03-22");
        await workspace.RunAsync();
        (await workspace.CallAsync("backfill", "submit", "covid", "--name", "again", "--selection", "all", "--from", "2020-03-22", "--yes", "--wait")).ShouldSucceed();
        (await workspace.CallAsync("quarantine", "redrive", "covid")).ShouldSucceed();
        (await workspace.CallAsync("maintain", "covid", "--dry-run")).ShouldSucceed();

        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { Port = 0, DatabaseFile = Path.Combine(workspace.Root, ".orchestrator", "temporal.db") });
        var client = await TemporalClient.ConnectAsync(new TemporalClientConnectOptions(server.Address));

        Assert.Equal(3, await CountAsync(client, "WorkflowType = 'PipelineRun' AND PipelineName = 'covid'"));
        Assert.Equal(["run/covid/2020-03-21"], await FindAsync(client, "PipelinePartition = '2020-03-21'"));
        Assert.Equal(3, await CountAsync(client, "WorkflowType = 'PipelineRun' AND PipelineDatasets = 'gold.country_daily'"));
        Assert.Equal(2, await CountAsync(client, "PipelineReason = 'missing'"));
        Assert.Equal(["run/covid/2020-03-22"], await FindAsync(client, "PipelineReason = 'forced'"));
        Assert.Equal(["backfill/covid/again"], await FindAsync(client, "PipelineReason = 'all'"));
        Assert.StartsWith("maintain/covid", Assert.Single(await FindAsync(client, "PipelineReason = 'maintain'")), StringComparison.Ordinal);
        Assert.StartsWith("redrive/covid", Assert.Single(await FindAsync(client, "PipelineReason = 'redrive'")), StringComparison.Ordinal);
        Assert.Equal(3, await CountAsync(client, "PipelineGateState = 'passed' OR PipelineGateState = 'warned'"));
        Assert.Equal(6, await CountAsync(client, "PipelineTenant = 'default'"));
        Assert.Equal(3, await CountAsync(client, "WorkflowType = 'PipelineRun' AND PipelineRows > 0"));
        Assert.Equal(0, await CountAsync(client, "PipelineRows > 1000000"));
        var owner = (await DescribeAsync(client, "run/covid/2020-03-21")).Get(PipelineAttributes.Owner);
        Assert.Equal(6, await CountAsync(client, $"PipelineOwner = '{owner}'"));
    }

    [Fact]
    public void Labels_OfAPipelineWithMoreThanAServerTakes_AreCutToFit()
    {
        var names = Enumerable.Range(0, 200).Select(i => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"silver.a_dataset_with_a_name_{i:D3}")).ToArray();
        var labels = WorkflowLabels.Fitting([PipelineAttributes.Datasets.Name, PipelineAttributes.Owner.Name], "missing", new string('o', 300), "default", names);

        Assert.Equal(255, labels.Owner.Length);
        Assert.Equal(names[..labels.Datasets.Count], labels.Datasets);
        var bytes = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(labels.Datasets, PayloadFormat.Json).Length;
        Assert.InRange(bytes, 2_048 - (names[0].Length + 3), 2_048);
    }

    [Fact]
    public async Task Start_OfAnyClientWithoutAttributes_SetsThemAndWhereNoneAreRegisteredRunsWithoutThem()
    {
        using var workspace = new CovidWorkspace("2020-03-21", "2020-03-22");
        await using var dev = workspace.Start(null, "dev", "--port", "0", "--no-worker");
        await dev.WaitForAsync("Ctrl+C stops");
        var address = dev.Output.Split("Temporal service at ")[1].Split(',')[0];
        var client = await TemporalClient.ConnectAsync(new TemporalClientConnectOptions(address) { DataConverter = PayloadFormat.Converter });
        var remove = new Temporalio.Api.OperatorService.V1.RemoveSearchAttributesRequest { Namespace = "default" };
        remove.SearchAttributes.AddRange(PipelineAttributes.All.Select(a => a.Name));

        await using (var worker = workspace.Start(null, "worker"))
        {
            await worker.WaitForAsync("Ctrl+C stops");
            await RunAsync(client, "2020-03-21");
        }

        Assert.Equal("covid 2020-03-21 missing", Words(await DescribeAsync(client, "run/covid/2020-03-21")));

        await client.OperatorService.RemoveSearchAttributesAsync(remove);
        await using (var worker = workspace.Start(null, "worker"))
        {
            await worker.WaitForAsync("Ctrl+C stops");
            await RunAsync(client, "2020-03-22");
            Assert.Contains("temporal operator search-attribute create --namespace default --name PipelineName --type Keyword", worker.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await DescribeAsync(client, "run/covid/2020-03-22")).Count(a => a.Name.StartsWith("Pipeline", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Doctor_OfANamespaceWithAnAttributeOfAnotherType_SaysWhichAndHowToMendIt()
    {
        using var workspace = new CovidWorkspace("2020-03-21");
        await using var dev = workspace.Start(null, "dev", "--port", "0", "--no-worker");
        await dev.WaitForAsync("Ctrl+C stops");
        var client = await TemporalClient.ConnectAsync(new TemporalClientConnectOptions(dev.Output.Split("Temporal service at ")[1].Split(',')[0]));
        await client.OperatorService.RemoveSearchAttributesAsync(new() { Namespace = "default", SearchAttributes = { PipelineAttributes.Rows.Name } });
        await client.OperatorService.AddSearchAttributesAsync(new() { Namespace = "default", SearchAttributes = { [PipelineAttributes.Rows.Name] = IndexedValueType.Keyword } });

        var found = (await workspace.CallAsync("doctor")).ShouldSucceed().Output;
        await using var worker = workspace.Start(null, "worker");
        await worker.WaitForAsync("Ctrl+C stops");
        await worker.InterruptAsync();
        var warned = (await worker.EndAsync()).ShouldSucceed().Errors;

        Assert.Contains("has PipelineRows as Keyword, expected Int", found, StringComparison.Ordinal);
        Assert.Contains("search-attribute remove --namespace default --name PipelineRows, then temporal operator search-attribute create --namespace default --name PipelineRows --type Int", found, StringComparison.Ordinal);
        Assert.Contains("with another type (PipelineRows)", warned, StringComparison.Ordinal);
    }

    private static async Task RunAsync(TemporalClient client, string partition)
    {
        var handle = await client.StartWorkflowAsync("PipelineRun", [new RunRequest("covid", partition)], new WorkflowOptions($"run/covid/{partition}", "pipelines"));
        Assert.Equal(RunStatus.Published, (await handle.GetResultAsync<RunResult>()).Status);
    }

    private static string Words(SearchAttributeCollection seen) => $"{seen.Get(PipelineAttributes.Name)} {seen.Get(PipelineAttributes.Partition)} {seen.Get(PipelineAttributes.Reason)}";

    private static async Task<SearchAttributeCollection> DescribeAsync(TemporalClient client, string id) => (await client.GetWorkflowHandle(id).DescribeAsync()).TypedSearchAttributes;

    private static async Task<int> CountAsync(TemporalClient client, string query) => (await FindAsync(client, query)).Count;

    private static async Task<IReadOnlyList<string>> FindAsync(TemporalClient client, string query)
    {
        var found = new List<string>();
        await foreach (var run in client.ListWorkflowsAsync(query))
        {
            found.Add(run.Id);
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }
}
