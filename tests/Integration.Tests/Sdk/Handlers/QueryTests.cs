using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Handlers;

/// <summary>Queries.</summary>
public sealed class QueryTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Query_OfAPropertyAndAMethod_Answer()
    {
        var handle = await WaitingAsync();
        Assert.Equal("waiting", await handle.QueryAsync(wf => wf.State));
        Assert.Equal("ababab", await handle.QueryAsync(wf => wf.Repeat("ab", 3)));
        Assert.Equal("xx", await handle.QueryAsync<string>("Repeat", ["x", 2]));
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task Query_OfAClosedWorkflow_Answers()
    {
        var handle = await StartAsync(wf =>
        {
            wf.State = "ended";
            return Task.FromResult("done");
        });
        await ResultAsync(handle);
        Assert.Equal("ended", await handle.QueryAsync(wf => wf.State));
    }

    [Fact]
    public async Task Query_RejectCondition_RejectsClosedOnes()
    {
        var handle = await StartAsync(_ => Task.FromResult("done"));
        await ResultAsync(handle);
        var rejected = await Assert.ThrowsAsync<WorkflowQueryRejectedException>(() => handle.QueryAsync(wf => wf.State, new() { RejectCondition = QueryRejectCondition.NotOpen }));
        Assert.Equal(WorkflowExecutionStatus.Completed, rejected.WorkflowStatus);
    }

    [Fact]
    public async Task Query_Unknown_FailsNamingTheKnown()
    {
        var handle = await WaitingAsync();
        var failed = await Assert.ThrowsAsync<WorkflowQueryFailedException>(() => handle.QueryAsync<string>("Unknown", []));
        Assert.Contains("Repeat", failed.Message, StringComparison.Ordinal);
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task Query_ThatThrows_FailsAndLeavesTheWorkflowAlone()
    {
        var handle = await StartAsync(wf =>
        {
            Workflow.Queries["Broken"] = WorkflowQueryDefinition.CreateWithoutAttribute("Broken", string () => throw new InvalidOperationException("no answer"));
            wf.State = "waiting";
            return wf.ReceiveAsync(1);
        });
        await StateAsync(handle, "waiting");
        Assert.Contains("no answer", (await Assert.ThrowsAsync<WorkflowQueryFailedException>(() => handle.QueryAsync<string>("Broken", []))).Message, StringComparison.Ordinal);
        await handle.SignalAsync(wf => wf.PutAsync("x"));
        Assert.Equal("x", await ResultAsync(handle));
    }

    [Fact]
    public async Task Query_ThatMakesCommands_IsRefused()
    {
        var handle = await StartAsync(wf =>
        {
            Workflow.Queries["Acts"] = WorkflowQueryDefinition.CreateWithoutAttribute("Acts", () =>
            {
                _ = Workflow.DelayAsync(10);
                return "acted";
            });
            wf.State = "waiting";
            return wf.ReceiveAsync(1);
        });
        await StateAsync(handle, "waiting");
        await Assert.ThrowsAsync<WorkflowQueryFailedException>(() => handle.QueryAsync<string>("Acts", []));
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task DynamicQuery_TakesWhatHasNoHandler()
    {
        var handle = await StartAsync(wf =>
        {
            Workflow.DynamicQuery = WorkflowQueryDefinition.CreateWithoutAttribute(
                null, (string name, IRawValue[] args) => $"{name} {Workflow.PayloadConverter.ToValue<string>(args[0])}");
            wf.State = "waiting";
            return wf.ReceiveAsync(1);
        });
        await StateAsync(handle, "waiting");
        Assert.Equal("What now", await handle.QueryAsync<string>("What", ["now"]));
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task Query_DoesNotChangeHistory()
    {
        var handle = await WaitingAsync();
        var before = (await EventsAsync(handle)).Count;
        await handle.QueryAsync(wf => wf.State);
        await handle.QueryAsync(wf => wf.State);
        Assert.Equal(before, (await EventsAsync(handle)).Count);
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task Query_NobodyKnowsTheId_IsNotFound() => Assert.Equal(
        RpcException.StatusCode.NotFound,
        (await Assert.ThrowsAsync<RpcException>(() => Client.GetWorkflowHandle("nobody").QueryAsync<string>("State", []))).Code);

    [Fact]
    public async Task Queries_ManyAtOnce_AllAnswer()
    {
        var handle = await WaitingAsync();
        Assert.All(await Task.WhenAll(Enumerable.Range(1, 20).Select(i => handle.QueryAsync(wf => wf.Repeat("x", i)))), (answer, i) => Assert.Equal(i + 1, answer.Length));
        await handle.TerminateAsync();
    }

    private async Task<WorkflowHandle<Script, string>> WaitingAsync()
    {
        var handle = await StartAsync(wf =>
        {
            wf.State = "waiting";
            return wf.ReceiveAsync(1);
        });
        await StateAsync(handle, "waiting");
        return handle;
    }
}
