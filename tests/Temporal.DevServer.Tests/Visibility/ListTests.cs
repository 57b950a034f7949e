using Google.Protobuf;
using Orchestrator.TestKit;
using Temporal.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.OperatorService.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.Visibility;

/// <summary>Lists and counts as a client sees them.</summary>
public sealed class ListTests
{
    private const string Operators = "temporal.api.operatorservice.v1.OperatorService";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task List_WhileRunsStartAndClose_NeitherSkipsNorRepeats(int seed)
    {
        var random = new Random(seed);
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 60; i++)
        {
            await server.StartAsync($"old-{i}");
            if (random.Next(3) == 0)
            {
                await TerminateAsync(server, $"old-{i}");
            }
        }

        var seen = new List<string>();
        var touched = new HashSet<string>();
        var pages = 0;
        var request = new ListWorkflowExecutionsRequest { Namespace = "default", Query = "WorkflowType = 'Wf'", PageSize = random.Next(3, 9) };
        do
        {
            var page = await server.CallAsync<ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse>(request);
            seen.AddRange(page.Executions.Select(e => e.Execution.WorkflowId));
            request.NextPageToken = page.NextPageToken;
            await server.StartAsync($"new-{pages++}");
            var victim = $"old-{random.Next(60)}";
            if (touched.Add(victim))
            {
                await TryTerminateAsync(server, victim);
            }
        }
        while (!request.NextPageToken.IsEmpty);

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Empty(Enumerable.Range(0, 60).Select(i => $"old-{i}").Except(seen));
    }

    [Fact]
    public async Task List_AfterManyConcurrentChanges_ShowsTheLastOne()
    {
        await using var server = await TestServer.StartAsync();
        await AddAttributesAsync(server, ("N", IndexedValueType.Int));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var queue = $"q{i}";
            await server.StartAsync($"wf-{i}", queue);
            for (var step = 1; step <= 10; step++)
            {
                var task = await server.PollWorkflowAsync(queue);
                await server.CompleteAsync(task, [Upsert("N", step)], r => r.ForceCreateNewWorkflowTask = true);
            }
        }));

        Assert.Equal(20, await CountAsync(server, "N = 10"));
        Assert.Equal(0, await CountAsync(server, "N < 10"));
    }

    [Fact]
    public async Task List_AfterARestart_IsTheSame()
    {
        using var dir = new TempDir();
        IReadOnlyList<WorkflowExecutionInfo> before;
        await using (var first = await TestServer.StartAsync(o => o.DatabaseFile = dir.At("temporal.db")))
        {
            await AddAttributesAsync(first, ("K", IndexedValueType.Keyword), ("D", IndexedValueType.Double));
            for (var i = 0; i < 6; i++)
            {
                await first.StartAsync($"wf-{i}", configure: r =>
                {
                    r.Memo = new() { Fields = { ["m"] = Json($"\"memo {r.WorkflowId}\"") } };
                    r.SearchAttributes = new() { IndexedFields = { ["K"] = Json("\"red\""), ["D"] = Json("1.0") } };
                });
            }

            await first.CompleteAsync(await first.PollWorkflowAsync(), [Commands.Complete()]);
            await TerminateAsync(first, "wf-5");
            before = await ListAsync(first, "K = 'red'");
        }

        await using var second = await TestServer.StartAsync(o => o.DatabaseFile = dir.At("temporal.db"));

        Assert.Equal(6, before.Count);
        Assert.Equal(before, await ListAsync(second, "K = 'red'"));
        Assert.All(before, e => Assert.Equal($"\"memo {e.Execution.WorkflowId}\"", e.Memo.Fields["m"].Data.ToStringUtf8()));
        Assert.All(before, e => Assert.Equal("1", e.SearchAttributes.IndexedFields["D"].Data.ToStringUtf8()));
        Assert.Equal("[\"unversioned\"]", Assert.Single(before, e => e.Status == WorkflowExecutionStatus.Completed).SearchAttributes.IndexedFields["BuildIds"].Data.ToStringUtf8());
    }

    [Fact]
    public async Task List_OfARemovedAttribute_NeitherShowsNorKnowsIt()
    {
        await using var server = await TestServer.StartAsync();
        await AddAttributesAsync(server, ("Gone", IndexedValueType.Keyword));
        await server.StartAsync("wf", configure: r => r.SearchAttributes = new() { IndexedFields = { ["Gone"] = Json("\"x\"") } });

        await server.CallAsync<RemoveSearchAttributesRequest, RemoveSearchAttributesResponse>(new() { Namespace = "default", SearchAttributes = { "Gone" } }, service: Operators);

        Assert.Empty(Assert.Single(await ListAsync(server, "WorkflowId = 'wf'")).SearchAttributes.IndexedFields);
        var error = await Assert.ThrowsAsync<GrpcException>(() => ListAsync(server, "Gone = 'x'"));
        Assert.Equal(GrpcStatusCode.InvalidArgument, error.Code);
    }

    [Fact]
    public async Task List_OfADeletedRun_LeavesItOutAtOnce()
    {
        await using var server = await TestServer.StartAsync();
        await server.StartAsync("open");
        await server.StartAsync("closed");
        await TerminateAsync(server, "closed");

        foreach (var id in new[] { "open", "closed" })
        {
            await server.CallAsync<DeleteWorkflowExecutionRequest, DeleteWorkflowExecutionResponse>(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = id } });
        }

        Assert.Equal(0, await CountAsync(server, ""));
    }

    [Fact]
    public async Task ReportedProblems_AfterFiveFailedTasks_AreShownUntilOneSucceeds()
    {
        using var dir = new TempDir();
        await using (var server = await TestServer.StartAsync(o => o.DatabaseFile = dir.At("temporal.db")))
        {
            await server.StartAsync("sick");
            for (var failure = 1; failure <= 5; failure++)
            {
                Assert.Equal(0, await CountAsync(server, "TemporalReportedProblems IS NOT NULL"));
                var task = await server.PollWorkflowAsync();
                await server.CallAsync<RespondWorkflowTaskFailedRequest, RespondWorkflowTaskFailedResponse>(
                    new() { Namespace = "default", TaskToken = task.TaskToken, Cause = WorkflowTaskFailedCause.NonDeterministicError });
            }
        }

        await using var again = await TestServer.StartAsync(o => o.DatabaseFile = dir.At("temporal.db"));
        const string Query = "TemporalReportedProblems IN ('category=WorkflowTaskFailed') AND TemporalReportedProblems = 'cause=WorkflowTaskFailedCauseNonDeterministicError'";
        Assert.Equal("sick", Assert.Single(await ListAsync(again, Query)).Execution.WorkflowId);
        var described = await again.CallAsync<DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse>(new() { Namespace = "default", Execution = new() { WorkflowId = "sick" } });
        Assert.Contains("TemporalReportedProblems", described.WorkflowExecutionInfo.SearchAttributes.IndexedFields.Keys);

        await again.CompleteAsync(await again.PollWorkflowAsync(), []);

        Assert.Equal(0, await CountAsync(again, "TemporalReportedProblems IS NOT NULL"));
    }

    [Fact]
    public async Task BuildIds_OfWorkersWithABuild_NameIt()
    {
        await using var server = await TestServer.StartAsync();
        await server.StartAsync("wf");

#pragma warning disable CS0612 // old in the protocol, and what unversioned workers still send
        await server.CompleteAsync(await server.PollWorkflowAsync(), [], r =>
        {
            r.WorkerVersionStamp = new() { BuildId = "1.0" };
            r.ForceCreateNewWorkflowTask = true;
        });
        await server.CompleteAsync(await server.PollWorkflowAsync(), [], r => r.WorkerVersionStamp = new() { BuildId = "2.0" });
#pragma warning restore CS0612

        Assert.Equal(1, await CountAsync(server, "BuildIds = 'unversioned' AND BuildIds = 'unversioned:1.0' AND BuildIds = 'unversioned:2.0'"));
    }

    private static Payload Json(string json) => new() { Data = ByteString.CopyFromUtf8(json), Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") } };

    private static Temporalio.Api.Command.V1.Command Upsert(string name, int value) => new()
    {
        CommandType = CommandType.UpsertWorkflowSearchAttributes,
        UpsertWorkflowSearchAttributesCommandAttributes = new() { SearchAttributes = new() { IndexedFields = { [name] = Json($"{value}") } } },
    };

    private static Task AddAttributesAsync(TestServer server, params (string Name, IndexedValueType Type)[] attributes)
    {
        var request = new AddSearchAttributesRequest { Namespace = "default" };
        foreach (var (name, type) in attributes)
        {
            request.SearchAttributes[name] = type;
        }

        return server.CallAsync<AddSearchAttributesRequest, AddSearchAttributesResponse>(request, service: Operators);
    }

    private static async Task<IReadOnlyList<WorkflowExecutionInfo>> ListAsync(TestServer server, string query) =>
        (await server.CallAsync<ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse>(new() { Namespace = "default", Query = query })).Executions;

    private static async Task<long> CountAsync(TestServer server, string query) =>
        (await server.CallAsync<CountWorkflowExecutionsRequest, CountWorkflowExecutionsResponse>(new() { Namespace = "default", Query = query })).Count;

    private static Task TerminateAsync(TestServer server, string id) =>
        server.CallAsync<TerminateWorkflowExecutionRequest, TerminateWorkflowExecutionResponse>(new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = id } });

    private static async Task TryTerminateAsync(TestServer server, string id)
    {
        try
        {
            await TerminateAsync(server, id);
        }
        catch (GrpcException e) when (e.Code == GrpcStatusCode.NotFound)
        {
            Assert.Contains("already completed", e.Message, StringComparison.Ordinal);
        }
    }
}
