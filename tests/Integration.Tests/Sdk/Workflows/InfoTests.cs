using Temporalio.Converters;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Workflows;

/// <summary>What workflows know of themselves, and the deterministic stand-ins they are given.</summary>
public sealed class InfoTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Info_OfAStartedWorkflow_IsWhatTheClientAskedFor()
    {
        var handle = await StartAsync(
            _ => Task.FromResult($"{Workflow.Info.WorkflowId} {Workflow.Info.RunId} {Workflow.Info.WorkflowType} {Workflow.Info.TaskQueue} {Workflow.Info.Namespace} "
                + $"{Workflow.Info.Attempt} {Workflow.Info.ExecutionTimeout} {Workflow.Info.RunTimeout} {Workflow.Info.TaskTimeout} {Workflow.Info.Parent is null}"),
            o =>
            {
                o.ExecutionTimeout = TimeSpan.FromHours(2);
                o.RunTimeout = TimeSpan.FromHours(1);
                o.TaskTimeout = TimeSpan.FromSeconds(7);
            });
        Assert.Equal($"{handle.Id} {handle.ResultRunId} Script behaviours default 1 02:00:00 01:00:00 00:00:07 True", await ResultAsync(handle));
    }

    [Fact]
    public async Task Info_FirstRun_IsItsOwn()
    {
        var handle = await StartAsync(_ => Task.FromResult($"{Workflow.Info.FirstExecutionRunId} {Workflow.Info.ContinuedRunId} {Workflow.Info.CronSchedule}"));
        Assert.Equal($"{handle.FirstExecutionRunId}  ", await ResultAsync(handle));
    }

    [Fact]
    public async Task Info_RetryPolicy_ComesFromTheStart() => Assert.Equal("4 2", await RunAsync(
        _ => Task.FromResult($"{Workflow.Info.RetryPolicy!.MaximumAttempts} {Workflow.Info.RetryPolicy.BackoffCoefficient}"),
        o => o.RetryPolicy = new() { MaximumAttempts = 4 }));

    [Fact]
    public async Task Info_Retried_HasAttemptAndLastFailure() => Assert.Equal("2 again", await RunAsync(
        _ => Workflow.Info.Attempt == 1
            ? throw new Temporalio.Exceptions.ApplicationFailureException("again")
            : Task.FromResult($"{Workflow.Info.Attempt} {Workflow.Info.LastFailure!.Message}"),
        o => o.RetryPolicy = Deeds.Quick(3)));

    [Fact]
    public async Task Random_And_NewGuid_AreTheSameOnReplay() => Assert.Equal("True", await RunAsync(async _ =>
    {
        var drawn = $"{Workflow.Random.Next()} {Workflow.NewGuid()} {Workflow.Random.NextDouble()}";
        return $"{await Workflow.ExecuteLocalActivityAsync(() => Deeds.Greet(drawn), Deeds.ShortLocal) == $"Hello, {drawn}!"}";
    }));

    [Fact]
    public async Task Random_InTwoRuns_Differs()
    {
        Task<string> Draw(Script _) => Task.FromResult($"{Workflow.NewGuid()}");
        Assert.NotEqual(await RunAsync(Draw), await RunAsync(Draw));
    }

    [Fact]
    public async Task CurrentHistoryLength_Grows() => Assert.Equal("3 8", await RunAsync(async _ =>
    {
        var before = Workflow.CurrentHistoryLength;
        await Workflow.DelayAsync(1);
        return $"{before} {Workflow.CurrentHistoryLength}";
    }));

    [Fact]
    public async Task IsReplaying_InNewCode_IsFalse() => Assert.Equal("False", await RunAsync(_ => Task.FromResult($"{Workflow.Unsafe.IsReplaying}")));

    [Fact]
    public async Task CurrentDetails_AreShownByTheMetadataQuery()
    {
        var handle = await StartAsync(async wf =>
        {
            Workflow.CurrentDetails = "half way";
            return await wf.ReceiveAsync(1);
        });
        var metadata = await handle.QueryAsync<Temporalio.Api.Sdk.V1.WorkflowMetadata>("__temporal_workflow_metadata", []);
        Assert.Equal("half way", metadata.CurrentDetails);
        Assert.Contains(metadata.Definition.SignalDefinitions, d => d.Name == "Put");
        await handle.SignalAsync(wf => wf.PutAsync("x"));
        await ResultAsync(handle);
    }

    [Fact]
    public async Task StackTrace_Query_IsRefusedUnlessSwitchedOn()
    {
        var handle = await StartAsync(wf => wf.ReceiveAsync(1));
        await Assert.ThrowsAsync<Temporalio.Exceptions.WorkflowQueryFailedException>(() => handle.QueryAsync<string>("__stack_trace", []));
        await handle.SignalAsync(wf => wf.PutAsync("x"));
        await ResultAsync(handle);
    }

    [Fact]
    public async Task StartDelay_PutsTheFirstTaskOff()
    {
        var before = DateTime.UtcNow;
        await RunAsync(_ => Task.FromResult("done"), o => o.StartDelay = TimeSpan.FromMilliseconds(300));
        Assert.True(DateTime.UtcNow - before >= TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task RunTimeout_Exceeded_TimesOut()
    {
        var timeout = await FailsAsync<Temporalio.Exceptions.TimeoutFailureException>(wf => wf.ReceiveAsync(1), o => o.RunTimeout = TimeSpan.FromSeconds(1));
        Assert.Equal(Temporalio.Api.Enums.V1.TimeoutType.StartToClose, timeout.TimeoutType);
    }

    [Fact]
    public async Task CronSchedule_HandsTheLastResultOn()
    {
        var handle = await StartAsync(
            _ => Workflow.Info.LastResult is { Count: > 0 } last
                ? Task.FromResult($"after {Workflow.PayloadConverter.ToValue<string>(last.Single())}")
                : Task.FromResult("first"),
            o => o.CronSchedule = "@every 1s");
        Assert.Equal("first", await handle.GetResultAsync(followRuns: false).ContinueWith(t => t.IsFaulted ? "first" : t.Result, TaskScheduler.Default));
        await UntilAsync(async () => await Client.GetWorkflowHandle(handle.Id).DescribeAsync() is var d && d.RunId != handle.ResultRunId);
        await Client.GetWorkflowHandle(handle.Id).TerminateAsync();
    }
}
