using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Client.Schedules;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Testing;
using Temporalio.Workflows;

namespace Orchestrator.Integration.Tests.Sdk;

/// <summary>The client of the managed SDK on the embedded server: ids, signals, descriptions, listings, schedules, codecs, environments.</summary>
public sealed class SdkClientTests(SdkServer server) : IClassFixture<SdkServer>
{
    [Fact]
    public Task Start_IdTaken_ThrowsWithTheRunningRun() => server.WithWorkerAsync(
        o => o.AddWorkflow<Waiter>(),
        async queue =>
        {
            var options = SdkServer.Options(queue);
            var handle = await server.Client.StartWorkflowAsync((Waiter wf) => wf.RunAsync(), options);

            var error = await Assert.ThrowsAsync<WorkflowAlreadyStartedException>(() => server.Client.StartWorkflowAsync((Waiter wf) => wf.RunAsync(), options));
            Assert.Equal((options.Id, handle.ResultRunId), (error.WorkflowId, error.RunId));

            options.IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
            Assert.Equal(handle.ResultRunId, (await server.Client.StartWorkflowAsync((Waiter wf) => wf.RunAsync(), options)).ResultRunId);
            await handle.TerminateAsync("enough", new() { Details = ["detail"] });
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
            Assert.Equal("enough", Assert.IsType<TerminatedFailureException>(failed.InnerException).Message);
            Assert.Equal("detail", ((TerminatedFailureException)failed.InnerException!).Details!.ElementAt<string>(0));
            Assert.Equal(RpcException.StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => handle.TerminateAsync())).Code);
        });

    [Fact]
    public Task SignalWithStart_TwiceThenDescribe_IsOneRun() => server.WithWorkerAsync(
        o => o.AddWorkflow<Waiter>(),
        async queue =>
        {
            var options = SdkServer.Options(queue);
            options.Memo = new Dictionary<string, object> { ["note"] = "kept" };
            options.StaticSummary = "a summary";
            options.SignalWithStart((Waiter wf) => wf.AddAsync(1));
            var first = await server.Client.StartWorkflowAsync((Waiter wf) => wf.RunAsync(), options);
            options.SignalWithStart((Waiter wf) => wf.AddAsync(9));
            var second = await server.Client.StartWorkflowAsync((Waiter wf) => wf.RunAsync(), options);

            Assert.Equal(10, await second.GetResultAsync());
            Assert.Equal(first.ResultRunId, second.ResultRunId);
            var description = await first.DescribeAsync();
            Assert.Equal((WorkflowExecutionStatus.Completed, "Waiter", queue), (description.Status, description.WorkflowType, description.TaskQueue));
            Assert.NotNull(description.CloseTime);
            Assert.Equal("kept", await description.Memo["note"].ToValueAsync<string>());
            Assert.Equal("a summary", await description.GetStaticSummaryAsync());
            Assert.Equal(description.HistoryLength, (await first.FetchHistoryAsync()).Events.Count);
        });

    [Fact]
    public Task Start_EagerWithAWorkerHere_BringsTheFirstTaskWithTheAnswer() => server.WithWorkerAsync(
        o => o.AddWorkflow<Waiter>(),
        async queue =>
        {
            var options = SdkServer.Options(queue);
            options.RequestEagerStart = true;
            var handle = await server.Client.StartWorkflowAsync((Waiter wf) => wf.RunAsync(), options);
            await handle.SignalAsync(wf => wf.AddAsync(10));

            Assert.Equal(10, await handle.GetResultAsync());
            Assert.True((await handle.FetchHistoryAsync()).Events.First().WorkflowExecutionStartedEventAttributes.EagerExecutionAccepted);
        });

    [Fact]
    public async Task Start_ArgumentOverTheServersLimit_IsNamedWithItsSize()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client.StartWorkflowAsync("Waiter", ["small", new string('x', 3_000_000)], SdkServer.Options("nobody")));

        Assert.Equal(RpcException.StatusCode.InvalidArgument, error.Code);
        Assert.Contains("Arguments of workflow 'Waiter' take 3,000,0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task Query_UnknownAndThrowing_FailWithTheReason() => server.WithWorkerAsync(
        o => o.AddWorkflow<Waiter>(),
        async queue =>
        {
            var handle = await server.Client.StartWorkflowAsync((Waiter wf) => wf.RunAsync(), SdkServer.Options(queue));

            Assert.Contains("nothing", (await Assert.ThrowsAsync<WorkflowQueryFailedException>(() => handle.QueryAsync<int>("nothing", []))).Message, StringComparison.Ordinal);
            Assert.Contains("broken", (await Assert.ThrowsAsync<WorkflowQueryFailedException>(() => handle.QueryAsync(wf => wf.Broken()))).Message, StringComparison.Ordinal);
            await handle.TerminateAsync();
            await Assert.ThrowsAsync<WorkflowQueryRejectedException>(() => handle.QueryAsync(wf => wf.Broken(), new() { RejectCondition = QueryRejectCondition.NotOpen }));
        });

    [Fact]
    public Task UpdateWithStart_FreshAndRunning_BothUpdateOneRun() => server.WithWorkerAsync(
        o => o.AddWorkflow<Waiter>(),
        async queue =>
        {
            var options = SdkServer.Options(queue);
            options.IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting;
            var first = WithStartWorkflowOperation.Create((Waiter wf) => wf.RunAsync(), options);
            Assert.Equal(4, await server.Client.ExecuteUpdateWithStartWorkflowAsync((Waiter wf) => wf.ChangeAsync(4), new(first)));
            var second = WithStartWorkflowOperation.Create((Waiter wf) => wf.RunAsync(), options);
            Assert.Equal(10, await server.Client.ExecuteUpdateWithStartWorkflowAsync((Waiter wf) => wf.ChangeAsync(6), new(second)));

            var handle = await second.GetHandleAsync();
            Assert.Equal((await first.GetHandleAsync()).ResultRunId, handle.ResultRunId);
            Assert.Equal(10, await handle.GetResultAsync());
        });

    [Fact]
    public Task ListAndCount_ByType_FindTheRuns() => server.WithWorkerAsync(
        o => o.AddWorkflow<Listed>(),
        async queue =>
        {
            for (var i = 0; i < 3; i++)
            {
                await server.Client.ExecuteWorkflowAsync((Listed wf) => wf.RunAsync(), SdkServer.Options(queue));
            }

            const string Query = "WorkflowType = 'Listed' AND ExecutionStatus = 'Completed'";
            Assert.Equal(3, await server.Client.ListWorkflowsAsync(Query).CountAsync());
            Assert.Equal(2, await server.Client.ListWorkflowsAsync(Query, new() { Limit = 2 }).CountAsync());
            var page = await server.Client.ListWorkflowsPaginatedAsync(Query, null, new() { PageSize = 2 });
            Assert.Equal(2, page.Workflows.Count);
            Assert.Single((await server.Client.ListWorkflowsPaginatedAsync(Query, page.NextPageToken, new() { PageSize = 2 })).Workflows);
            Assert.Equal(3, (await server.Client.CountWorkflowsAsync(Query)).Count);
            Assert.Equal(3, await server.Client.ListWorkflowHistoriesAsync(Query).CountAsync());
        });

    [Fact]
    public async Task Codec_WholeWay_IsAppliedAndUndone()
    {
        var options = new TemporalClientOptions { DataConverter = DataConverter.Default with { PayloadCodec = new Xor() } };
        var client = new TemporalClient(server.Client.Connection, options);
        var queue = $"queue-{Guid.NewGuid():N}";
        using var worker = new Temporalio.Worker.TemporalWorker(
            client, new Temporalio.Worker.TemporalWorkerOptions(queue).AddWorkflow<Greeter>().AddActivity(SdkActivities.Greet));
        await worker.ExecuteAsync(async () =>
        {
            var handle = await client.StartWorkflowAsync((Greeter wf) => wf.RunAsync("Ada"), SdkServer.Options(queue));
            Assert.Equal("Hello, Ada!", await handle.GetResultAsync());
            var history = (await handle.FetchHistoryAsync()).ToJson();
            Assert.DoesNotContain("json/plain", history, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Schedule_CreateDescribeUpdateTriggerDelete_Works()
    {
        var id = $"schedule-{Guid.NewGuid():N}";
        var action = ScheduleActionStartWorkflow.Create((Greeter wf) => wf.RunAsync("Ada"), new($"{id}-wf", "nowhere") { StaticSummary = "sum" });
        var spec = new ScheduleSpec { Calendars = [new() { Hour = [new(3)], Comment = "nightly" }], Intervals = [new(TimeSpan.FromDays(1), TimeSpan.FromHours(1))] };
        var handle = await server.Client.CreateScheduleAsync(id, new(action, spec) { State = new() { Paused = true, Note = "begin" } });
        await Assert.ThrowsAsync<ScheduleAlreadyRunningException>(() => server.Client.CreateScheduleAsync(id, new(action, spec)));

        var description = await handle.DescribeAsync();
        var described = Assert.IsType<ScheduleActionStartWorkflow>(description.Schedule.Action);
        Assert.Equal(("Greeter", "sum", true, "begin"), (described.Workflow, described.Options.StaticSummary, description.Schedule.State.Paused, description.Schedule.State.Note));
        Assert.Equal("Ada", await Assert.IsAssignableFrom<IEncodedRawValue>(described.Args.Single()).ToValueAsync<string>());
        Assert.Equal(3, description.Schedule.Spec.Calendars.Single().Hour.Single().Start);

        await handle.UpdateAsync(input => new(input.Description.Schedule with { Policy = new() { Overlap = ScheduleOverlapPolicy.AllowAll } }));
        await handle.UpdateAsync(_ => (ScheduleUpdate?)null);
        Assert.Equal(ScheduleOverlapPolicy.AllowAll, (await handle.DescribeAsync()).Schedule.Policy.Overlap);
        await handle.UnpauseAsync();
        Assert.Equal((false, "Unpaused via .NET SDK"), ((await handle.DescribeAsync()).Schedule.State.Paused, (await handle.DescribeAsync()).Schedule.State.Note));

        await handle.TriggerAsync();
        await Until(async () => (await handle.DescribeAsync()).Info.RecentActions.Count == 1);
        var started = Assert.IsType<ScheduleActionExecutionStartWorkflow>((await handle.DescribeAsync()).Info.RecentActions.Single().Action);
        Assert.StartsWith($"{id}-wf", started.WorkflowId, StringComparison.Ordinal);
        await server.Client.GetWorkflowHandle(started.WorkflowId).TerminateAsync();
        await Until(async () => await server.Client.ListSchedulesAsync().AnyAsync(s => s.Id == id));
        await handle.DeleteAsync();
        Assert.Equal(RpcException.StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => handle.DescribeAsync())).Code);
    }

    [Fact]
    public async Task Environment_StartLocal_FindsTheEmbeddedServer()
    {
        await using var environment = await WorkflowEnvironment.StartLocalAsync(new()
        {
            Namespace = "tests",
            SearchAttributes = [SearchAttributeKey.CreateKeyword("Customer")],
        });
        var key = SearchAttributeKey.CreateKeyword("Customer");
        var handle = await environment.Client.StartWorkflowAsync("Any", [], new("id", "tq")
        {
            TypedSearchAttributes = new SearchAttributeCollection.Builder().Set(key, "Ada").ToSearchAttributeCollection(),
        });

        Assert.Equal("Ada", (await handle.DescribeAsync()).TypedSearchAttributes.Get(key));
        Assert.True(await environment.Client.Connection.CheckHealthAsync());
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }

    [Workflow]
    public sealed class Waiter
    {
        private int _total;

        [WorkflowRun]
        public async Task<int> RunAsync()
        {
            await Workflow.WaitConditionAsync(() => _total >= 10);
            return _total;
        }

        [WorkflowSignal]
        public Task AddAsync(int value)
        {
            _total += value;
            return Task.CompletedTask;
        }

        [WorkflowUpdate]
        public Task<int> ChangeAsync(int value) => Task.FromResult(_total += value);

        [WorkflowQuery]
        public int Broken() => throw new InvalidOperationException("broken");
    }

    [Workflow]
    public sealed class Listed
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;
    }

    [Workflow]
    public sealed class Greeter
    {
        [WorkflowRun]
        public Task<string> RunAsync(string name) =>
            Workflow.ExecuteActivityAsync(() => SdkActivities.Greet(name), new() { StartToCloseTimeout = TimeSpan.FromSeconds(10) });
    }

    private sealed class Xor : IPayloadCodec
    {
        private static readonly Google.Protobuf.ByteString Mark = Google.Protobuf.ByteString.CopyFromUtf8("test/xor");

        public Task<IReadOnlyCollection<Payload>> EncodeAsync(IReadOnlyCollection<Payload> payloads) =>
            Task.FromResult<IReadOnlyCollection<Payload>>([.. payloads.Select(p => new Payload
            {
                Metadata = { ["encoding"] = Mark },
                Data = Flip(Google.Protobuf.MessageExtensions.ToByteString(p)),
            })]);

        public Task<IReadOnlyCollection<Payload>> DecodeAsync(IReadOnlyCollection<Payload> payloads) =>
            Task.FromResult<IReadOnlyCollection<Payload>>([.. payloads.Select(p => p.Metadata["encoding"].Equals(Mark) ? Payload.Parser.ParseFrom(Flip(p.Data)) : throw new InvalidOperationException("not encoded"))]);

        private static Google.Protobuf.ByteString Flip(Google.Protobuf.ByteString data) => Google.Protobuf.ByteString.CopyFrom([.. data.Select(b => (byte)(b ^ 0x5A))]);
    }
}
