using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Workflows;

/// <summary>Cancellation of workflows.</summary>
public sealed class CancellationTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Cancel_WhileWaiting_EndsItCanceled()
    {
        var handle = await BlockedAsync(async _ =>
        {
            await Workflow.DelayAsync(TimeSpan.FromHours(1));
            return "never";
        });
        await handle.CancelAsync();
        Assert.IsType<CanceledFailureException>((await Assert.ThrowsAsync<WorkflowFailedException>(() => ResultAsync(handle))).InnerException);
        Assert.Equal(WorkflowExecutionStatus.Canceled, (await handle.DescribeAsync()).Status);
    }

    [Fact]
    public async Task Cancel_Swallowed_LetsItComplete()
    {
        var handle = await BlockedAsync(async _ =>
        {
            var caught = await CaughtAsync(() => Workflow.DelayAsync(TimeSpan.FromHours(1)));
            return caught.Split(':')[0];
        });
        await handle.CancelAsync();
        Assert.Equal("TaskCanceledException", await ResultAsync(handle));
    }

    [Fact]
    public async Task Cancel_ThenCleanUpDetached_Runs()
    {
        var handle = await BlockedAsync(async _ =>
        {
            try
            {
                await Workflow.DelayAsync(TimeSpan.FromHours(1));
                return "never";
            }
            catch (OperationCanceledException)
            {
                var options = Deeds.Short;
                options.CancellationToken = CancellationToken.None;
                return await Workflow.ExecuteActivityAsync(() => Deeds.Greet("cleanup"), options);
            }
        });
        await handle.CancelAsync();
        Assert.Equal("Hello, cleanup!", await ResultAsync(handle));
    }

    [Fact]
    public async Task Cancel_ThenFailWithSomethingElse_Fails()
    {
        var handle = await BlockedAsync(async _ =>
        {
            try
            {
                await Workflow.DelayAsync(TimeSpan.FromHours(1));
            }
            catch (OperationCanceledException)
            {
                throw new ApplicationFailureException("cleanup failed");
            }

            return "never";
        });
        await handle.CancelAsync();
        Assert.IsType<ApplicationFailureException>((await Assert.ThrowsAsync<WorkflowFailedException>(() => ResultAsync(handle))).InnerException);
    }

    [Fact]
    public async Task Cancel_WhileAnActivityRuns_CancelsIt()
    {
        var handle = await BlockedAsync(_ =>
        {
            var options = Deeds.Short;
            (options.HeartbeatTimeout, options.CancellationType) = (TimeSpan.FromSeconds(1), ActivityCancellationType.WaitCancellationCompleted);
            return Workflow.ExecuteActivityAsync(() => Deeds.UntilCancelledAsync(), options);
        });
        await handle.CancelAsync();
        Assert.IsType<CanceledFailureException>((await Assert.ThrowsAsync<WorkflowFailedException>(() => ResultAsync(handle))).InnerException);
        Assert.Equal(1, await CountAsync(handle, EventType.ActivityTaskCanceled));
    }

    [Fact]
    public async Task Cancel_Twice_IsOneRequest()
    {
        var handle = await BlockedAsync(async wf =>
        {
            await Workflow.WaitConditionAsync(() => wf.Inbox.Count > 0, CancellationToken.None);
            return "done";
        });
        await handle.CancelAsync();
        await handle.CancelAsync();
        await handle.SignalAsync(wf => wf.PutAsync("x"));
        await ResultAsync(handle);
        Assert.Equal(1, await CountAsync(handle, EventType.WorkflowExecutionCancelRequested));
    }

    [Fact]
    public async Task Cancel_BeforeTheFirstTask_IsSeenByTheCode()
    {
        var handle = await StartAsync(_ => Task.FromResult($"{Workflow.CancellationToken.IsCancellationRequested}"), o => o.StartDelay = TimeSpan.FromMilliseconds(300));
        await handle.CancelAsync();
        Assert.Equal("True", await ResultAsync(handle));
    }

    [Fact]
    public async Task OperationCanceled_NobodyAsked_FailsTheWorkflow()
    {
        var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => RunAsync(_ => throw new OperationCanceledException("by itself")));
        Assert.IsNotType<CanceledFailureException>(failed.InnerException);
    }

    [Fact]
    public async Task LinkedToken_OfTheCode_CancelsOnlyItsPart() => Assert.Equal("part cancelled, rest done", await RunAsync(async _ =>
    {
        using var part = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
        var slow = CaughtAsync(() => Workflow.DelayAsync(TimeSpan.FromHours(1), part.Token));
        await Workflow.DelayAsync(5);
        part.Cancel();
        return $"part {((await slow).StartsWith("TaskCanceled", StringComparison.Ordinal) ? "cancelled" : "left")}, rest {(Workflow.CancellationToken.IsCancellationRequested ? "cancelled" : "done")}";
    }));

    [Fact]
    public async Task Terminate_LeavesNoSayToTheCode()
    {
        var handle = await BlockedAsync(_ => CaughtAsync(() => Workflow.DelayAsync(TimeSpan.FromHours(1))));
        await handle.TerminateAsync("stop", new() { Details = ["a", 1] });
        var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
        var terminated = Assert.IsType<TerminatedFailureException>(failed.InnerException);
        Assert.Equal(("stop", 1), (terminated.Message, terminated.Details!.ElementAt<int>(1)));
    }

    private async Task<WorkflowHandle<Script, string>> BlockedAsync(Func<Script, Task<string>> body)
    {
        var handle = await StartAsync(wf =>
        {
            wf.State = "blocked";
            return body(wf);
        });
        await StateAsync(handle, "blocked");
        return handle;
    }
}
