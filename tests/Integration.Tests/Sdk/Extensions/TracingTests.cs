using System.Diagnostics;
using Temporalio.Activities;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Extensions.OpenTelemetry;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Extensions;

/// <summary>Spans of the tracing interceptor: names, parents, links and tags, and that replay writes none again.</summary>
public sealed class TracingTests(SdkServer server) : IClassFixture<SdkServer>
{
    private static readonly ActivitySource Custom = new("Orchestrator.Integration.Tests.Custom");

    [Theory]
    [InlineData(1000)]
    [InlineData(0)]
    public async Task Tracing_OfEveryCall_IsWrittenOnceAlsoWithoutACache(int cached)
    {
        using var spans = new SpanRecorder(Custom);
        WorkflowHandle<Traced, string>? handle = null;
        await WithWorkerAsync(cached, async (client, queue) =>
        {
            handle = await client.StartWorkflowAsync((Traced wf) => wf.RunAsync(new(true, false)), SdkServer.Options(queue));
            Assert.Equal("asked", await handle.QueryAsync(wf => wf.Ask()));
            Assert.Equal("updated", await handle.ExecuteUpdateAsync(wf => wf.UpdateAsync(false), new() { Id = "update-1" }));
            await handle.SignalAsync(wf => wf.GoAsync(false));
            Assert.Equal("done", await handle.GetResultAsync());
        });

        // Without a cache every task replays: what is new then hangs on the span that started the workflow.
        var tree = spans.Tree();
        foreach (var name in new[]
        {
            "StartWorkflow:Traced", "QueryWorkflow:Ask", "UpdateWorkflow:Update", "SignalWorkflow:Go", "StartActivity:Succeed", "RunActivity:Succeed",
            "StartChildWorkflow:TracedChild", "RunWorkflow:TracedChild", "StartActivity:SucceedLocally", "RunActivity:SucceedLocally", "CompleteWorkflow:TracedChild", "RunWorkflow:Traced", "CompleteWorkflow:Traced",
            "custom in run", "custom in signal",
        })
        {
            Assert.Equal(1, spans.All.Count(s => s.OperationName == name));
        }

        Assert.Contains("\n  HandleSignal:Go <- SignalWorkflow:Go\n    custom in signal\n", tree);
        Assert.Contains("\n  HandleUpdate:Update <- UpdateWorkflow:Update\n", tree);
        Assert.Contains("\n  ValidateUpdate:Update <- UpdateWorkflow:Update\n", tree);
        Assert.Contains("\n  HandleQuery:Ask <- QueryWorkflow:Ask\n", tree);
        var run = cached > 0 ? "RunWorkflow:Traced" : "StartWorkflow:Traced";
        Assert.Equal("StartWorkflow:Traced", spans.ParentOf("RunWorkflow:Traced"));
        Assert.Equal("RunWorkflow:Traced", spans.ParentOf("custom in run"));
        Assert.Equal("RunWorkflow:Traced", spans.ParentOf("StartActivity:Succeed"));
        Assert.Equal("StartActivity:Succeed", spans.ParentOf("RunActivity:Succeed"));
        Assert.Equal(run, spans.ParentOf("StartChildWorkflow:TracedChild"));
        Assert.Equal("StartChildWorkflow:TracedChild", spans.ParentOf("RunWorkflow:TracedChild"));
        Assert.Equal("StartActivity:SucceedLocally", spans.ParentOf("RunActivity:SucceedLocally"));
        Assert.Equal(run, spans.ParentOf("CompleteWorkflow:Traced"));
        Tags("StartWorkflow:Traced", [("temporalWorkflowID", handle!.Id)]);
        Tags("UpdateWorkflow:Update", [("temporalWorkflowID", handle.Id), ("temporalUpdateID", "update-1")]);
        Tags("RunWorkflow:Traced", [("temporalWorkflowID", handle.Id), ("temporalRunID", handle.ResultRunId!)]);
        Tags("StartActivity:Succeed", [("temporalWorkflowID", handle.Id), ("temporalRunID", handle.ResultRunId!)]);
        Tags("custom in signal", [("temporalWorkflowID", handle.Id), ("temporalRunID", handle.ResultRunId!), ("mine", "1")]);
        Tags("RunActivity:Succeed", [("temporalWorkflowID", handle.Id), ("temporalRunID", handle.ResultRunId!), ("temporalActivityID", "1")]);
        Assert.InRange(spans.Single("RunWorkflow:Traced").Duration.Ticks, 0, 1);

        void Tags(string name, (string, string)[] expected) => Assert.Equal(expected, spans.Single(name).TagObjects.Select(t => (t.Key, (string)t.Value!)));
    }

    [Fact]
    public async Task Tracing_OfFailures_IsWhereTheyBelong()
    {
        using var spans = new SpanRecorder(Custom);
        await WithWorkerAsync(1000, async (client, queue) =>
        {
            var handle = await client.StartWorkflowAsync((Traced wf) => wf.RunAsync(new(false, true)), SdkServer.Options(queue));
            await Assert.ThrowsAsync<WorkflowQueryFailedException>(() => handle.QueryAsync(wf => wf.FailToAnswer()));
            await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => handle.ExecuteUpdateAsync(wf => wf.UpdateAsync(true)));
            await handle.SignalAsync(wf => wf.GoAsync(true));
            await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
        });

        var tree = spans.Tree();
        Assert.Contains("RunActivity:FailOnce ! not yet\n", tree);
        Assert.Equal(2, spans.All.Count(s => s.OperationName == "RunActivity:FailOnce"));
        Assert.Contains("QueryWorkflow:FailToAnswer ! no answer\n", tree);
        Assert.Contains("\n  HandleQuery:FailToAnswer <- QueryWorkflow:FailToAnswer ! no answer\n", tree);
        Assert.Contains("\n  HandleUpdate:Update <- UpdateWorkflow:Update\n    CompleteUpdate:Update ! refused\n", tree);
        Assert.Contains("\n  HandleSignal:Go <- SignalWorkflow:Go\n    CompleteWorkflow:Traced ! told to\n", tree);
        Assert.Equal(ActivityStatusCode.Error, spans.Single("CompleteWorkflow:Traced").Status);
    }

    [Fact]
    public async Task Tracing_OfATaskFailureAndAContinuation_HangsTogether()
    {
        using var spans = new SpanRecorder(Custom);
        await WithWorkerAsync(1000, async (client, queue) =>
            Assert.Equal("continued", await client.ExecuteWorkflowAsync((Continued wf) => wf.RunAsync(true), SdkServer.Options(queue))));

        Assert.Equal(
            """
            StartWorkflow:Continued
              RunWorkflow:Continued
                WorkflowTaskFailure:Continued ! only this time
              RunWorkflow:Continued
                RunWorkflow:Continued
                  CompleteWorkflow:Continued

            """,
            spans.Tree());
    }

    [Fact]
    public async Task Tracing_OfStartsWithASignalOrUpdate_IsOneSpan()
    {
        using var spans = new SpanRecorder(Custom);
        await WithWorkerAsync(1000, async (client, queue) =>
        {
            var options = SdkServer.Options(queue);
            options.SignalWithStart((Traced wf) => wf.GoAsync(false));
            Assert.Equal("done", await client.ExecuteWorkflowAsync((Traced wf) => wf.RunAsync(new(false, false)), options));

            var operation = WithStartWorkflowOperation.Create((Traced wf) => wf.RunAsync(new(false, false)), new(id: $"wf-{Guid.NewGuid():N}", taskQueue: queue) { IdConflictPolicy = Temporalio.Api.Enums.V1.WorkflowIdConflictPolicy.Fail });
            await client.ExecuteUpdateWithStartWorkflowAsync((Traced wf) => wf.UpdateAsync(false), new(operation));
            await (await operation.GetHandleAsync()).SignalAsync(wf => wf.GoAsync(false));
            await (await operation.GetHandleAsync()).GetResultAsync();
        });

        Assert.Equal("HandleSignal:Go", Child("SignalWithStartWorkflow:Traced", "HandleSignal:Go").OperationName);
        Assert.Equal("RunWorkflow:Traced", Child("SignalWithStartWorkflow:Traced", "RunWorkflow:Traced").OperationName);
        Assert.Equal("HandleUpdate:Update", Child("UpdateWithStartWorkflow:Traced", "HandleUpdate:Update").OperationName);

        Activity Child(string parent, string name) => spans.All.Single(s => s.OperationName == name && s.ParentSpanId == spans.Single(parent).SpanId);
    }

    private async Task WithWorkerAsync(int cached, Func<ITemporalClient, string, Task> body)
    {
        var options = (TemporalClientOptions)server.Client.Options.Clone();
        options.Interceptors = [new TracingInterceptor()];
        var client = new TemporalClient(server.Client.Connection, options);
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = new TemporalWorker(
            client,
            new TemporalWorkerOptions(queue) { MaxCachedWorkflows = cached }
                .AddWorkflow<Traced>().AddWorkflow<TracedChild>().AddWorkflow<Continued>().AddAllActivities(typeof(TracedActivities), null));
        await worker.ExecuteAsync(() => body(client, queue).WaitAsync(TimeSpan.FromSeconds(60)));
    }

    public sealed record Plan(bool Child, bool FailActivityOnce);

    [Workflow]
    public sealed class Traced
    {
        private bool _acted;
        private bool _go;

        [WorkflowRun]
        public async Task<string> RunAsync(Plan plan)
        {
            Custom.TrackWorkflowDiagnosticActivity("custom in run").Dispose();
            var options = new ActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(30), RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(10) } };
            if (plan.FailActivityOnce)
            {
                await Workflow.ExecuteActivityAsync(() => TracedActivities.FailOnce(), options);
            }
            else
            {
                await Workflow.ExecuteActivityAsync(() => TracedActivities.Succeed(), options);
            }

            _acted = true;
            if (plan.Child)
            {
                await Workflow.ExecuteChildWorkflowAsync((TracedChild wf) => wf.RunAsync());
            }

            await Workflow.WaitConditionAsync(() => _go && Workflow.AllHandlersFinished);
            return "done";
        }

        [WorkflowSignal]
        public Task GoAsync(bool fail)
        {
            using var custom = Custom.TrackWorkflowDiagnosticActivity("custom in signal", tags: [new("mine", "1")]);
            _go = fail ? throw new ApplicationFailureException("told to") : true;
            return Task.CompletedTask;
        }

        [WorkflowQuery]
        public string Ask() => "asked";

        [WorkflowQuery]
        public string FailToAnswer() => throw new ApplicationFailureException("no answer");

        [WorkflowUpdate]
        public async Task<string> UpdateAsync(bool fail)
        {
            await Workflow.WaitConditionAsync(() => _acted); // what comes after this update may end the run
            await Workflow.DelayAsync(TimeSpan.FromMilliseconds(1));
            return fail ? throw new ApplicationFailureException("refused") : "updated";
        }
    }

    [Workflow]
    public sealed class TracedChild
    {
        [WorkflowRun]
        public async Task RunAsync() =>
            await Workflow.ExecuteLocalActivityAsync(() => TracedActivities.SucceedLocally(), new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) });
    }

    [Workflow]
    public sealed class Continued
    {
        private static int s_failed;

        [WorkflowRun]
        public Task<string> RunAsync(bool more)
        {
            if (!more)
            {
                return Task.FromResult("continued");
            }

            return Interlocked.Exchange(ref s_failed, 1) == 0
                ? throw new InvalidOperationException("only this time")
                : throw Workflow.CreateContinueAsNewException((Continued wf) => wf.RunAsync(false));
        }
    }

    public static class TracedActivities
    {
        [Activity]
        public static void Succeed()
        {
        }

        [Activity]
        public static void SucceedLocally()
        {
        }

        [Activity]
        public static void FailOnce()
        {
            if (ActivityExecutionContext.Current.Info.Attempt == 1)
            {
                throw new InvalidOperationException("not yet");
            }
        }
    }
}
