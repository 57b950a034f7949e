using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Workflows;
using ParentClosePolicy = Temporalio.Workflows.ParentClosePolicy;

namespace Orchestrator.Integration.Tests.Sdk.Workflows;

/// <summary>Child workflows.</summary>
public sealed class ChildTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Execute_GivesTheResult()
    {
        var child = Script.Keep(_ => Task.FromResult($"child of {Workflow.Info.Parent!.WorkflowId} under {Workflow.Info.Root!.WorkflowId}"));
        var handle = await StartAsync(_ => Workflow.ExecuteChildWorkflowAsync((Script wf) => wf.RunAsync(child)));
        Assert.Equal($"child of {handle.Id} under {handle.Id}", await ResultAsync(handle));
    }

    [Fact]
    public async Task Execute_ByName_GivesTheResult()
    {
        var child = Script.Keep(_ => Task.FromResult("named"));
        Assert.Equal("named", await RunAsync(_ => Workflow.ExecuteChildWorkflowAsync<string>("Script", [child])));
    }

    [Fact]
    public async Task Start_Handle_KnowsIdAndRun()
    {
        var child = Script.Keep(_ => Task.FromResult(Workflow.Info.RunId));
        var id = $"child-{Guid.NewGuid():N}";
        Assert.Equal($"{id} True", await RunAsync(async _ =>
        {
            var handle = await Workflow.StartChildWorkflowAsync((Script wf) => wf.RunAsync(child), new() { Id = id });
            return $"{handle.Id} {handle.FirstExecutionRunId == await handle.GetResultAsync()}";
        }));
    }

    [Fact]
    public async Task Start_WithoutId_GetsAFreshOneThatReplays()
    {
        var child = Script.Keep(_ => Task.FromResult(Workflow.Info.WorkflowId));
        Assert.NotEqual(
            await RunAsync(_ => Workflow.ExecuteChildWorkflowAsync((Script wf) => wf.RunAsync(child))),
            await RunAsync(_ => Workflow.ExecuteChildWorkflowAsync((Script wf) => wf.RunAsync(child))));
    }

    [Fact]
    public async Task Start_IdTaken_ThrowsThatItIsRunning()
    {
        var running = await StartAsync(wf => wf.ReceiveAsync(1));
        var child = Script.Keep(_ => Task.FromResult("never"));
        Assert.StartsWith("WorkflowAlreadyStartedException", await RunAsync(_ => CaughtAsync(() =>
            Workflow.StartChildWorkflowAsync((Script wf) => wf.RunAsync(child), new() { Id = running.Id }))), StringComparison.Ordinal);
        await running.TerminateAsync();
    }

    [Fact]
    public async Task Failure_OfTheChild_ReachesTheParent()
    {
        var child = Script.Keep(_ => throw new ApplicationFailureException("child says no", "No"));
        var id = $"child-{Guid.NewGuid():N}";
        var failure = await FailsAsync<ChildWorkflowFailureException>(_ => Workflow.ExecuteChildWorkflowAsync((Script wf) => wf.RunAsync(child), new() { Id = id }));
        Assert.Equal((id, "Script", "No"), (failure.WorkflowId, failure.WorkflowType, Assert.IsType<ApplicationFailureException>(failure.InnerException).ErrorType));
    }

    [Fact]
    public async Task Retry_OfTheChild_IsFollowed()
    {
        var child = Script.Keep(_ => Workflow.Info.Attempt < 3 ? throw new ApplicationFailureException("again") : Task.FromResult($"attempt {Workflow.Info.Attempt}"));
        Assert.Equal("attempt 3", await RunAsync(_ => Workflow.ExecuteChildWorkflowAsync((Script wf) => wf.RunAsync(child), new() { RetryPolicy = Deeds.Quick(3) })));
    }

    [Fact]
    public async Task ContinueAsNew_OfTheChild_IsFollowed()
    {
        var last = Script.Keep(_ => Task.FromResult("last run"));
        var child = Script.Keep(_ => throw Workflow.CreateContinueAsNewException((Script wf) => wf.RunAsync(last)));
        Assert.Equal("last run", await RunAsync(_ => Workflow.ExecuteChildWorkflowAsync((Script wf) => wf.RunAsync(child))));
    }

    [Fact]
    public async Task Terminate_OfTheChild_FailsTheCall()
    {
        var child = Script.Keep(wf => wf.ReceiveAsync(1));
        var id = $"child-{Guid.NewGuid():N}";
        var handle = await StartAsync(_ => Workflow.ExecuteChildWorkflowAsync((Script wf) => wf.RunAsync(child), new() { Id = id }));
        await EventAsync(handle, e => e.EventType == EventType.ChildWorkflowExecutionStarted);
        await Client.GetWorkflowHandle(id).TerminateAsync("enough");
        var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => ResultAsync(handle));
        Assert.IsType<TerminatedFailureException>(Assert.IsType<ChildWorkflowFailureException>(failed.InnerException).InnerException);
    }

    [Fact]
    public async Task Signal_ToTheChild_Arrives()
    {
        var child = Script.Keep(wf => wf.ReceiveAsync(2));
        Assert.Equal("one two", await RunAsync(async _ =>
        {
            var handle = await Workflow.StartChildWorkflowAsync((Script wf) => wf.RunAsync(child));
            await handle.SignalAsync(wf => wf.PutAsync("one"));
            await handle.SignalAsync("Put", ["two"]);
            return await handle.GetResultAsync();
        }));
    }

    [Theory]
    [InlineData(ChildWorkflowCancellationType.WaitCancellationCompleted)]
    [InlineData(ChildWorkflowCancellationType.WaitCancellationRequested)]
    [InlineData(ChildWorkflowCancellationType.TryCancel)]
    [InlineData(ChildWorkflowCancellationType.Abandon)]
    public async Task Cancel_ByToken_FollowsItsType(ChildWorkflowCancellationType type)
    {
        var child = Script.Keep(async _ =>
        {
            await Workflow.DelayAsync(TimeSpan.FromHours(1));
            return "never";
        });
        var id = $"child-{Guid.NewGuid():N}";
        Assert.Equal("cancelled", await RunAsync(async _ =>
        {
            using var source = new CancellationTokenSource();
            var handle = await Workflow.StartChildWorkflowAsync(
                (Script wf) => wf.RunAsync(child), new() { Id = id, CancellationType = type, CancellationToken = source.Token, ParentClosePolicy = ParentClosePolicy.Abandon });
            source.Cancel();
            try
            {
                return await handle.GetResultAsync();
            }
            catch (ChildWorkflowFailureException e) when (TemporalException.IsCanceledException(e))
            {
                // Another task, so that the request is sent whatever the type.
                await Workflow.DelayAsync(1);
                return "cancelled";
            }
        }));
        if (type == ChildWorkflowCancellationType.Abandon)
        {
            Assert.Equal(WorkflowExecutionStatus.Running, (await Client.GetWorkflowHandle(id).DescribeAsync()).Status);
            await Client.GetWorkflowHandle(id).TerminateAsync();
        }
        else
        {
            await UntilAsync(async () => (await Client.GetWorkflowHandle(id).DescribeAsync()).Status == WorkflowExecutionStatus.Canceled);
        }
    }

    [Theory]
    [InlineData(ParentClosePolicy.Terminate, WorkflowExecutionStatus.Terminated)]
    [InlineData(ParentClosePolicy.RequestCancel, WorkflowExecutionStatus.Canceled)]
    [InlineData(ParentClosePolicy.Abandon, WorkflowExecutionStatus.Running)]
    public async Task ParentClosePolicy_WhenTheParentEnds_IsFollowed(ParentClosePolicy policy, WorkflowExecutionStatus status)
    {
        var child = Script.Keep(wf => wf.ReceiveAsync(1));
        var id = $"child-{Guid.NewGuid():N}";
        await RunAsync(async _ =>
        {
            await Workflow.StartChildWorkflowAsync((Script wf) => wf.RunAsync(child), new() { Id = id, ParentClosePolicy = policy });
            return "parent done";
        });
        await UntilAsync(async () => (await Client.GetWorkflowHandle(id).DescribeAsync()).Status == status);
        if (status == WorkflowExecutionStatus.Running)
        {
            await Client.GetWorkflowHandle(id).TerminateAsync();
        }
    }

    [Fact]
    public async Task Options_OfTheChild_AreCarried()
    {
        var child = Script.Keep(_ => Task.FromResult($"{Workflow.Info.RunTimeout} {Workflow.Info.TaskTimeout} {Workflow.Memo.Count} {Workflow.Info.Priority.PriorityKey}"));
        Assert.Equal("01:00:00 00:00:05 1 4", await RunAsync(_ => Workflow.ExecuteChildWorkflowAsync((Script wf) => wf.RunAsync(child), new()
        {
            RunTimeout = TimeSpan.FromHours(1),
            TaskTimeout = TimeSpan.FromSeconds(5),
            Memo = new Dictionary<string, object> { ["a"] = 1 },
            Priority = new(4),
            StaticSummary = "a child",
        })));
    }

    [Fact]
    public async Task Five_AtOnce_AllEnd()
    {
        var child = Script.Keep(async _ =>
        {
            await Workflow.DelayAsync(5);
            return "x";
        });
        Assert.Equal("xxxxx", await RunAsync(async _ => string.Concat(await Workflow.WhenAllAsync(
            Enumerable.Range(0, 5).Select(_ => Workflow.ExecuteChildWorkflowAsync((Script wf) => wf.RunAsync(child)))))));
    }

    [Fact]
    public async Task External_SignalAndCancel_ReachTheOther()
    {
        var other = await StartAsync(async wf =>
        {
            await Workflow.WaitConditionAsync(() => Workflow.CancellationToken.IsCancellationRequested && wf.Inbox.Count > 0, CancellationToken.None);
            return string.Join(' ', wf.Inbox);
        });
        Assert.Equal("sent", await RunAsync(async _ =>
        {
            var handle = Workflow.GetExternalWorkflowHandle<Script>(other.Id);
            await handle.SignalAsync(wf => wf.PutAsync("hello"));
            await handle.CancelAsync();
            return "sent";
        }));
        Assert.Equal("hello", await ResultAsync(other));
    }

    [Fact]
    public async Task External_Unknown_ThrowsForSignalAndCancel()
    {
        var caught = await RunAsync(async _ =>
        {
            var handle = Workflow.GetExternalWorkflowHandle("nobody");
            return $"{await CaughtAsync(() => handle.SignalAsync("x", []))} | {await CaughtAsync(() => handle.CancelAsync())}";
        });
        Assert.All(caught.Split(" | "), c => Assert.StartsWith("ApplicationFailureException: ", c, StringComparison.Ordinal));
    }
}
