using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Converters;
using Temporalio.Exceptions;

namespace Orchestrator.Integration.Tests.Sdk.Clients;

/// <summary>What clients do with workflows: ids, results, descriptions, lists, histories.</summary>
public sealed class WorkflowCallTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Start_Handle_KnowsItsRun()
    {
        var handle = await StartAsync(_ => Task.FromResult("x"));
        Assert.Null(handle.RunId);
        Assert.Equal(handle.ResultRunId, handle.FirstExecutionRunId);
        Assert.Equal(handle.ResultRunId, (await handle.DescribeAsync()).RunId);
    }

    [Fact]
    public async Task Start_WithoutIdOrQueue_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Client.StartWorkflowAsync("Script", ["k"], new() { TaskQueue = "q" }));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.StartWorkflowAsync("Script", ["k"], new() { Id = "w" }));
    }

    [Fact]
    public async Task Start_LambdaThatIsNoCall_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Client.StartWorkflowAsync((Script wf) => Task.FromResult(wf.State), Options()));

    [Fact]
    public async Task IdReusePolicy_RejectDuplicate_RefusesAfterTheEnd()
    {
        var handle = await StartAsync(_ => Task.FromResult("x"));
        await ResultAsync(handle);
        var options = new WorkflowOptions(handle.Id, SdkHost.Queue) { IdReusePolicy = WorkflowIdReusePolicy.RejectDuplicate };
        Assert.Equal(handle.ResultRunId, (await Assert.ThrowsAsync<WorkflowAlreadyStartedException>(() => Client.StartWorkflowAsync("Script", ["k"], options))).RunId);
    }

    [Fact]
    public async Task IdReusePolicy_FailedOnly_AllowsAfterAFailure()
    {
        var failed = await StartAsync(_ => throw new ApplicationFailureException("no"));
        await Assert.ThrowsAsync<WorkflowFailedException>(() => ResultAsync(failed));
        var key = Script.Keep(_ => Task.FromResult("again"));
        var options = new WorkflowOptions(failed.Id, SdkHost.Queue) { IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicateFailedOnly };
        Assert.Equal("again", await Client.ExecuteWorkflowAsync((Script wf) => wf.RunAsync(key), options));
        await Assert.ThrowsAsync<WorkflowAlreadyStartedException>(() => Client.StartWorkflowAsync((Script wf) => wf.RunAsync(key), options));
    }

    [Fact]
    public async Task IdConflictPolicy_TerminateExisting_EndsTheOther()
    {
        var first = await StartAsync(wf => wf.ReceiveAsync(1));
        var key = Script.Keep(_ => Task.FromResult("second"));
        var options = new WorkflowOptions(first.Id, SdkHost.Queue) { IdConflictPolicy = WorkflowIdConflictPolicy.TerminateExisting };
        Assert.Equal("second", await Client.ExecuteWorkflowAsync((Script wf) => wf.RunAsync(key), options));
        Assert.IsType<TerminatedFailureException>((await Assert.ThrowsAsync<WorkflowFailedException>(() => first.GetResultAsync())).InnerException);
    }

    [Fact]
    public async Task Describe_SaysWhatWasAskedFor()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(1), o => (o.StaticSummary, o.StaticDetails, o.RunTimeout) = ("short", "long", TimeSpan.FromHours(1)));
        await EventAsync(handle, e => e.EventType == EventType.WorkflowTaskCompleted);
        var description = await handle.DescribeAsync();
        Assert.Equal((handle.Id, "Script", SdkHost.Queue, WorkflowExecutionStatus.Running), (description.Id, description.WorkflowType, description.TaskQueue, description.Status));
        Assert.Equal(("short", "long"), (await description.GetStaticSummaryAsync(), await description.GetStaticDetailsAsync()));
        Assert.Null(description.CloseTime);
        Assert.Null(description.ParentId);
        Assert.True(description.HistoryLength >= 4);
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task List_PagesLazilyAndStopsAtTheLimit()
    {
        var type = $"Listed{Guid.NewGuid():N}";
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            ids.Add((await Client.StartWorkflowAsync(type, [], new($"{type}-{i}", "nobody"))).Id);
        }

        await UntilAsync(async () => (await Client.CountWorkflowsAsync($"WorkflowType = '{type}'")).Count == 7);
        Assert.Equal(ids.Order(StringComparer.Ordinal), await Client.ListWorkflowsAsync($"WorkflowType = '{type}'").Select(w => w.Id).Order(StringComparer.Ordinal).ToListAsync());
        Assert.Equal(3, await Client.ListWorkflowsAsync($"WorkflowType = '{type}'", new() { Limit = 3 }).CountAsync());
        var page = await Client.ListWorkflowsPaginatedAsync($"WorkflowType = '{type}'", null, new() { PageSize = 5 });
        Assert.Equal(5, page.Workflows.Count);
        Assert.Equal(2, (await Client.ListWorkflowsPaginatedAsync($"WorkflowType = '{type}'", page.NextPageToken, new() { PageSize = 5 })).Workflows.Count);
        foreach (var id in ids)
        {
            await Client.GetWorkflowHandle(id).TerminateAsync();
        }
    }

    [Fact]
    public async Task Count_GroupedByStatus_GivesTheGroups()
    {
        var type = $"Counted{Guid.NewGuid():N}";
        await Client.StartWorkflowAsync(type, [], new($"{type}-1", "nobody"));
        await (await Client.StartWorkflowAsync(type, [], new($"{type}-2", "nobody"))).TerminateAsync();
        await UntilAsync(async () => (await Client.CountWorkflowsAsync($"WorkflowType = '{type}' GROUP BY ExecutionStatus")).Groups.Count == 2);
        var count = await Client.CountWorkflowsAsync($"WorkflowType = '{type}' GROUP BY ExecutionStatus");
        Assert.Equal((2L, "Running,Terminated"), (count.Count, string.Join(',', count.Groups.Select(g => g.GroupValues.Single()).Order())));
        await Client.GetWorkflowHandle($"{type}-1").TerminateAsync();
    }

    [Fact]
    public async Task List_BrokenQuery_IsRefused() =>
        await Assert.ThrowsAsync<RpcException>(async () => await Client.ListWorkflowsAsync("WorkflowType ===").ToListAsync());

    [Fact]
    public async Task FetchHistoryEvents_WaitNewEvent_EndsWithTheWorkflow()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(1));
        var events = handle.FetchHistoryEventsAsync(new() { WaitNewEvent = true }).Select(e => e.EventType).ToListAsync().AsTask();
        await handle.SignalAsync(wf => wf.PutAsync("x"));
        Assert.Equal(EventType.WorkflowExecutionCompleted, (await events.WaitAsync(TimeSpan.FromSeconds(60)))[^1]);
        Assert.Single(await handle.FetchHistoryEventsAsync(new() { EventFilterType = HistoryEventFilterType.CloseEvent }).ToListAsync());
    }

    [Fact]
    public async Task History_ToJsonAndBack_IsTheSame()
    {
        var handle = await StartAsync(_ => Task.FromResult("x"));
        await ResultAsync(handle);
        var history = await handle.FetchHistoryAsync();
        Assert.Equal(history.Events, Temporalio.Common.WorkflowHistory.FromJson(handle.Id, history.ToJson()).Events);
    }

    [Fact]
    public async Task GetResult_Cancelled_ThrowsThat()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(1));
        using var soon = new CancellationTokenSource(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handle.GetResultAsync(rpcOptions: new() { CancellationToken = soon.Token }));
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task GetResult_Unknown_IsNotFound() => Assert.Equal(
        RpcException.StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => Client.GetWorkflowHandle("nobody").GetResultAsync())).Code);

    [Fact]
    public async Task Cancel_OfAnotherFirstRun_IsNotFound()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(1));
        var wrong = Client.GetWorkflowHandle(handle.Id, null, Guid.NewGuid().ToString());
        Assert.Equal(RpcException.StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => wrong.CancelAsync())).Code);
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task Lazy_Client_ConnectsWithTheFirstCall()
    {
        var lazy = TemporalClient.CreateLazy(new(Client.Connection.Options.TargetHost!));
        Assert.False(lazy.Connection.IsConnected);
        Assert.True(await lazy.Connection.CheckHealthAsync());
        Assert.True(lazy.Connection.IsConnected);
        Assert.Throws<InvalidOperationException>(() => new Temporalio.Worker.TemporalWorker(
            TemporalClient.CreateLazy(new(Client.Connection.Options.TargetHost!)), new Temporalio.Worker.TemporalWorkerOptions("q").AddWorkflow<Script>()));
    }

    [Fact]
    public async Task Connect_NobodyThere_Throws() => await Assert.ThrowsAsync<InvalidOperationException>(() => TemporalClient.ConnectAsync(new("127.0.0.1:1")));

    [Fact]
    public async Task RawService_WithRpcOptions_Works()
    {
        var described = await Client.WorkflowService.DescribeNamespaceAsync(new() { Namespace = "default" }, new() { Timeout = TimeSpan.FromSeconds(30) });
        Assert.Equal("default", described.NamespaceInfo.Name);
        Assert.Equal(RpcException.StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(
            () => Client.WorkflowService.DescribeNamespaceAsync(new() { Namespace = "nowhere" }))).Code);
    }
}
