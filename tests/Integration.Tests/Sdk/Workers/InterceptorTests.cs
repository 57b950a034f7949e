using System.Collections.Concurrent;
using Temporalio.Client;
using Temporalio.Client.Interceptors;
using Temporalio.Worker;
using Temporalio.Worker.Interceptors;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk.Workers;

/// <summary>Interceptors of clients, workflows and activities.</summary>
public sealed class InterceptorTests(SdkHost host) : Behaviours(host)
{
    [Fact]
    public async Task Interceptor_OfTheClient_SeesEveryCallOnBothSides()
    {
        var calls = new ConcurrentQueue<string>();
        var client = new TemporalClient(Client.Connection, new() { Interceptors = [new Recorder(calls)] });
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions(queue).AddWorkflow<Script>().AddAllActivities(typeof(Deeds), null));
        var child = Script.Keep(_ => Task.FromResult("child"));
        var key = Script.Keep(async wf =>
        {
            await Workflow.DelayAsync(1);
            await Workflow.ExecuteActivityAsync(() => Deeds.Nothing(), Deeds.Short);
            await Workflow.ExecuteLocalActivityAsync(() => Deeds.Nothing(), Deeds.ShortLocal);
            await Workflow.ExecuteChildWorkflowAsync((Script c) => c.RunAsync(child));
            return await wf.ReceiveAsync(2);
        });
        await worker.ExecuteAsync(async () =>
        {
            var handle = await client.StartWorkflowAsync((Script wf) => wf.RunAsync(key), SdkServer.Options(queue));
            await handle.SignalAsync(wf => wf.PutAsync("a"));
            await handle.QueryAsync(wf => wf.State);
            await handle.ExecuteUpdateAsync(wf => wf.ChangeAsync("b"));
            await handle.GetResultAsync().WaitAsync(TimeSpan.FromSeconds(60));
            await handle.DescribeAsync();
        });
        string[] expected =
        [
            "client start", "client signal", "client query", "client update", "client describe", "execute workflow", "handle signal", "handle query", "validate update",
            "handle update", "timer", "schedule activity", "schedule local", "start child", "execute activity",
        ];
        Assert.Empty(expected.Except(calls));
    }

    [Fact]
    public async Task Interceptors_TheFirstListed_IsTheOutermost()
    {
        var calls = new ConcurrentQueue<string>();
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = new TemporalWorker(
            Client, new TemporalWorkerOptions(queue) { Interceptors = [new Recorder(calls, "1 "), new Recorder(calls, "2 ")] }.AddWorkflow<Script>());
        var key = Script.Keep(_ => Task.FromResult("x"));
        await worker.ExecuteAsync(() => Client.ExecuteWorkflowAsync((Script wf) => wf.RunAsync(key), SdkServer.Options(queue)));
        Assert.Equal(["1 execute workflow", "2 execute workflow"], calls);
    }

    [Fact]
    public async Task Headers_OfTheClient_ReachTheWorkflow()
    {
        var client = new TemporalClient(Client.Connection, new() { Interceptors = [new Labelled()] });
        var key = Script.Keep(_ => Task.FromResult($"{Workflow.Info.Headers!["label"].Data.ToStringUtf8()}"));
        Assert.Equal("\"red\"", await client.ExecuteWorkflowAsync((Script wf) => wf.RunAsync(key), Options()));
    }

    [Fact]
    public async Task Interceptor_ChangingTheResult_IsHeard()
    {
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = new TemporalWorker(Client, new TemporalWorkerOptions(queue) { Interceptors = [new Loud()] }.AddWorkflow<Script>());
        var key = Script.Keep(_ => Task.FromResult("quiet"));
        Assert.Equal("QUIET", await worker.ExecuteAsync(() => Client.ExecuteWorkflowAsync((Script wf) => wf.RunAsync(key), SdkServer.Options(queue))));
    }

    private sealed class Loud : IWorkerInterceptor
    {
        public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor);

        private sealed class Inbound(WorkflowInboundInterceptor next) : WorkflowInboundInterceptor(next)
        {
            public override async Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input) => ((string)(await Next.ExecuteWorkflowAsync(input))!).ToUpperInvariant();
        }
    }

    private sealed class Labelled : IClientInterceptor
    {
        public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new Outbound(nextInterceptor);

        private sealed class Outbound(ClientOutboundInterceptor next) : ClientOutboundInterceptor(next)
        {
            public override Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input) =>
                Next.StartWorkflowAsync<TWorkflow, TResult>(input with
                {
                    Headers = new Dictionary<string, Temporalio.Api.Common.V1.Payload> { ["label"] = Temporalio.Converters.DataConverter.Default.PayloadConverter.ToPayload("red") },
                });
        }
    }

    private sealed class Recorder(ConcurrentQueue<string> calls, string prefix = "") : IClientInterceptor, IWorkerInterceptor
    {
        public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new ClientSide(nextInterceptor, this);

        public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor, this);

        public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new ActivitySide(nextInterceptor, this);

        private T Note<T>(string call, Func<T> next)
        {
            calls.Enqueue(prefix + call);
            return next();
        }

        private sealed class ClientSide(ClientOutboundInterceptor next, Recorder recorder) : ClientOutboundInterceptor(next)
        {
            public override Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input) =>
                recorder.Note("client start", () => Next.StartWorkflowAsync<TWorkflow, TResult>(input));

            public override Task SignalWorkflowAsync(SignalWorkflowInput input) => recorder.Note("client signal", () => Next.SignalWorkflowAsync(input));

            public override Task<TResult> QueryWorkflowAsync<TResult>(QueryWorkflowInput input) => recorder.Note("client query", () => Next.QueryWorkflowAsync<TResult>(input));

            public override Task<WorkflowUpdateHandle<TResult>> StartWorkflowUpdateAsync<TResult>(StartWorkflowUpdateInput input) =>
                recorder.Note("client update", () => Next.StartWorkflowUpdateAsync<TResult>(input));

            public override Task<WorkflowExecutionDescription> DescribeWorkflowAsync(DescribeWorkflowInput input) =>
                recorder.Note("client describe", () => Next.DescribeWorkflowAsync(input));
        }

        private sealed class Inbound(WorkflowInboundInterceptor next, Recorder recorder) : WorkflowInboundInterceptor(next)
        {
            public override void Init(WorkflowOutboundInterceptor outbound) => Next.Init(new Outbound(outbound, recorder));

            public override Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input) => recorder.Note("execute workflow", () => Next.ExecuteWorkflowAsync(input));

            public override Task HandleSignalAsync(HandleSignalInput input) => recorder.Note("handle signal", () => Next.HandleSignalAsync(input));

            public override object? HandleQuery(HandleQueryInput input) => recorder.Note("handle query", () => Next.HandleQuery(input));

            public override void ValidateUpdate(HandleUpdateInput input)
            {
                recorder.Note("validate update", () => 0);
                Next.ValidateUpdate(input);
            }

            public override Task<object?> HandleUpdateAsync(HandleUpdateInput input) => recorder.Note("handle update", () => Next.HandleUpdateAsync(input));
        }

        private sealed class Outbound(WorkflowOutboundInterceptor next, Recorder recorder) : WorkflowOutboundInterceptor(next)
        {
            public override Task DelayAsync(DelayAsyncInput input) => recorder.Note("timer", () => Next.DelayAsync(input));

            public override Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) => recorder.Note("schedule activity", () => Next.ScheduleActivityAsync<TResult>(input));

            public override Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input) =>
                recorder.Note("schedule local", () => Next.ScheduleLocalActivityAsync<TResult>(input));

            public override Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) =>
                recorder.Note("start child", () => Next.StartChildWorkflowAsync<TWorkflow, TResult>(input));
        }

        private sealed class ActivitySide(ActivityInboundInterceptor next, Recorder recorder) : ActivityInboundInterceptor(next)
        {
            public override Task<object?> ExecuteActivityAsync(ExecuteActivityInput input) => recorder.Note("execute activity", () => Next.ExecuteActivityAsync(input));
        }
    }
}
