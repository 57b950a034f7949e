using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Workflows;

/// <summary>Which exceptions fail the workflow, and which only its task.</summary>
public sealed class FailureTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task ApplicationFailure_FailsTheWorkflowWithAllItSays()
    {
        var failure = await FailsAsync<ApplicationFailureException>(_ => throw new ApplicationFailureException(
            "outer", new InvalidOperationException("inner"), "Kind", details: [1, "two"], category: Temporalio.Api.Enums.V1.ApplicationErrorCategory.Benign));
        Assert.Equal(("outer", "Kind", 1, "two"), (failure.Message, failure.ErrorType, failure.Details.ElementAt<int>(0), failure.Details.ElementAt<string>(1)));
        Assert.Equal("inner", failure.InnerException!.Message);
        Assert.Equal(ApplicationErrorCategory.Benign, failure.Category);
    }

    [Fact]
    public async Task OtherException_FailsTheTaskOnly()
    {
        var failed = await TaskFailsAsync(_ => throw new InvalidOperationException("a bug"));
        Assert.Equal((WorkflowTaskFailedCause.WorkflowWorkerUnhandledFailure, "a bug"), (failed.Cause, failed.Failure.Message));
        Assert.Contains(nameof(OtherException_FailsTheTaskOnly), failed.Failure.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherException_Mended_GoesOn()
    {
        var broken = true;
        var handle = await StartAsync(
            async _ =>
            {
                await Workflow.DelayAsync(1);
                return broken ? throw new InvalidOperationException("a bug") : "mended";
            },
            o => o.TaskTimeout = TimeSpan.FromSeconds(1));
        await EventAsync(handle, e => e.WorkflowTaskFailedEventAttributes is not null);
        broken = false;
        Assert.Equal("mended", await ResultAsync(handle));
    }

    [Fact]
    public async Task FailureExceptionTypes_OfTheWorker_FailTheWorkflow() => await Host.Server.WithWorkerAsync(
        o => o.AddWorkflow<Script>().WorkflowFailureExceptionTypes = [typeof(ArgumentException)],
        async queue =>
        {
            var key = Script.Keep(_ => throw new ArgumentOutOfRangeException("x"));
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => Client.ExecuteWorkflowAsync((Script wf) => wf.RunAsync(key), SdkServer.Options(queue)));
            Assert.Equal(nameof(ArgumentOutOfRangeException), Assert.IsType<ApplicationFailureException>(failed.InnerException).ErrorType);
        });

    [Fact]
    public async Task FailureExceptionTypes_OfTheAttribute_FailTheWorkflow() => await Host.Server.WithWorkerAsync(
        o => o.AddWorkflow<Strict>(),
        async queue => Assert.Equal("no", (await Assert.ThrowsAsync<WorkflowFailedException>(
            () => Client.ExecuteWorkflowAsync((Strict wf) => wf.RunAsync(), SdkServer.Options(queue)))).InnerException!.Message));

    [Fact]
    public async Task Arguments_ThatDoNotFit_FailTheTask()
    {
        var handle = await Client.StartWorkflowAsync("Script", [new { Not = "text" }], Options());
        var failed = await EventAsync(handle, e => e.WorkflowTaskFailedEventAttributes is not null);
        Assert.Contains("Script", failed.WorkflowTaskFailedEventAttributes.Failure.Message, StringComparison.Ordinal);
        await handle.TerminateAsync();
    }

    [Fact]
    public async Task UnknownWorkflow_FailsTheTaskNamingTheKnown()
    {
        var handle = await Client.StartWorkflowAsync("Nowhere", [], Options());
        var failed = await EventAsync(handle, e => e.WorkflowTaskFailedEventAttributes is not null);
        Assert.Contains("Nowhere", failed.WorkflowTaskFailedEventAttributes.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("Script", failed.WorkflowTaskFailedEventAttributes.Failure.Message, StringComparison.Ordinal);
        await handle.TerminateAsync();
    }

    [Theory]
    [InlineData("run")]
    [InlineData("delay")]
    [InlineData("timer")]
    public async Task LeavingTheScheduler_FailsTheTask(string how)
    {
        var failed = await TaskFailsAsync(async _ =>
        {
            switch (how)
            {
                case "run":
                    await Task.Run(() => { });
                    break;
                case "delay":
                    await Task.Delay(20);
                    break;
                default:
                    using (var source = new CancellationTokenSource(50))
                    {
                        await Workflow.DelayAsync(TimeSpan.FromHours(1), source.Token);
                    }

                    break;
            }

            return "left";
        });
        Assert.Contains("scheduler", failed.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TracingDisabled_ForAPart_LetsItLeave() => Assert.Equal("7", await RunAsync(_ =>
        Task.FromResult(Workflow.Unsafe.WithTracingEventListenerDisabled(() => $"{Task.Run(() => 7).GetAwaiter().GetResult()}"))));

    [Fact]
    public async Task ResultThatIsNoJson_FailsTheTask() => await Host.Server.WithWorkerAsync(
        o => o.AddWorkflow<Circular>(),
        async queue =>
        {
            var handle = await Client.StartWorkflowAsync((Circular wf) => wf.RunAsync(), SdkServer.Options(queue));
            await EventAsync(handle, e => e.WorkflowTaskFailedEventAttributes is not null);
            await handle.TerminateAsync();
        });

    [Fact]
    public async Task ResultOverTheLimit_FailsTheTaskNamingTheSize()
    {
        var failed = await TaskFailsAsync(_ => Task.FromResult(new string('x', 3_000_000)));
        Assert.Equal(WorkflowTaskFailedCause.PayloadsTooLarge, failed.Cause);
        Assert.Contains("3,000,0", failed.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_OfTheWorkflow_IsFollowed() => Assert.Equal("attempt 3", await RunAsync(
        _ => Workflow.Info.Attempt < 3 ? throw new ApplicationFailureException("again") : Task.FromResult($"attempt {Workflow.Info.Attempt}"),
        o => o.RetryPolicy = Deeds.Quick(5)));

    [Fact]
    public async Task Retry_NonRetryableFailure_EndsIt()
    {
        var failure = await FailsAsync<ApplicationFailureException>(
            _ => throw new ApplicationFailureException($"attempt {Workflow.Info.Attempt}", nonRetryable: true), o => o.RetryPolicy = Deeds.Quick(5));
        Assert.Equal("attempt 1", failure.Message);
    }

    [Workflow(FailureExceptionTypes = [typeof(NotSupportedException)])]
    public sealed class Strict
    {
        [WorkflowRun]
        public Task RunAsync() => throw new NotSupportedException("no");
    }

    [Workflow]
    public sealed class Circular
    {
        [WorkflowRun]
        public Task<object> RunAsync()
        {
            var list = new List<object>();
            list.Add(list);
            return Task.FromResult<object>(list);
        }
    }
}
