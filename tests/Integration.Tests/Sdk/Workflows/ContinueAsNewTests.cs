using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Workflows;

/// <summary>Continue-as-new.</summary>
public sealed class ContinueAsNewTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Chain_OfTwo_KeepsIdAndFirstRun()
    {
        var second = Script.Keep(_ => Task.FromResult($"{Workflow.Info.WorkflowId} {Workflow.Info.FirstExecutionRunId} {Workflow.Info.ContinuedRunId}"));
        var handle = await StartAsync(_ => throw Workflow.CreateContinueAsNewException((Script wf) => wf.RunAsync(second)));
        Assert.Equal($"{handle.Id} {handle.ResultRunId} {handle.ResultRunId}", await handle.GetResultAsync());
    }

    [Fact]
    public async Task FollowRunsOff_ThrowsWithTheNextRun()
    {
        var second = Script.Keep(_ => Task.FromResult("second"));
        var handle = await StartAsync(_ => throw Workflow.CreateContinueAsNewException((Script wf) => wf.RunAsync(second)));
        var next = (await Assert.ThrowsAsync<WorkflowContinuedAsNewException>(() => handle.GetResultAsync(followRuns: false))).NewRunId;
        Assert.Equal("second", await Client.GetWorkflowHandle<Script, string>(handle.Id, next).GetResultAsync());
    }

    [Fact]
    public async Task ByName_WithOptions_CarriesThem()
    {
        var second = Script.Keep(_ => Task.FromResult($"{Workflow.Info.RunTimeout} {Workflow.Info.TaskTimeout} {Workflow.Memo.Keys.Single()}"));
        Assert.Equal("00:30:00 00:00:04 fresh", await RunAsync(
            _ => throw Workflow.CreateContinueAsNewException("Script", [second], new()
            {
                RunTimeout = TimeSpan.FromMinutes(30),
                TaskTimeout = TimeSpan.FromSeconds(4),
                Memo = new Dictionary<string, object> { ["fresh"] = true },
            }),
            o => o.Memo = new Dictionary<string, object> { ["old"] = true }));
    }

    [Fact]
    public async Task WithoutOptions_KeepsMemoAndTimeouts()
    {
        var second = Script.Keep(_ => Task.FromResult($"{Workflow.Info.RunTimeout} {Workflow.Memo.Keys.Single()}"));
        Assert.Equal("01:00:00 old", await RunAsync(
            _ => throw Workflow.CreateContinueAsNewException((Script wf) => wf.RunAsync(second)),
            o => (o.Memo, o.RunTimeout) = (new Dictionary<string, object> { ["old"] = true }, TimeSpan.FromHours(1))));
    }

    [Fact]
    public async Task FromASignalHandler_ContinuesTheRun()
    {
        var second = Script.Keep(_ => Task.FromResult("from handler"));
        var handle = await StartAsync(async wf =>
        {
            Workflow.Signals["Again"] = WorkflowSignalDefinition.CreateWithoutAttribute(
                "Again", (string key) => Task.FromException(Workflow.CreateContinueAsNewException((Script s) => s.RunAsync(key))));
            return await wf.ReceiveAsync(1);
        });
        await handle.SignalAsync("Again", [second]);
        Assert.Equal("from handler", await handle.GetResultAsync());
    }

    [Fact]
    public async Task Suggested_InAShortHistory_IsFalse() =>
        Assert.Equal("False True", await RunAsync(_ => Task.FromResult($"{Workflow.ContinueAsNewSuggested} {Workflow.CurrentHistorySize > 0}")));

    [Fact]
    public async Task InTheMiddleOfAnActivity_DropsIt()
    {
        var second = Script.Keep(_ => Task.FromResult("second"));
        var handle = await StartAsync(async wf =>
        {
            var options = Deeds.Short;
            options.HeartbeatTimeout = TimeSpan.FromSeconds(2);
            _ = Workflow.ExecuteActivityAsync(() => Deeds.UntilCancelledAsync(), options);
            await Workflow.DelayAsync(5);
            throw Workflow.CreateContinueAsNewException((Script next) => next.RunAsync(second));
        });
        Assert.Equal("second", await handle.GetResultAsync());
        Assert.Contains((await Client.GetWorkflowHandle(handle.Id, handle.ResultRunId).FetchHistoryAsync()).Events, e => e.EventType == EventType.WorkflowExecutionContinuedAsNew);
    }
}
