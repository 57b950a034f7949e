using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.Grpc;
using Temporalio.Activities;
using Temporalio.Api.Activity.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Client.Interceptors;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Tests.Fakes;

namespace Temporalio.Tests.Client;

/// <summary>Activities without a workflow: what is sent, and what becomes of the answers.</summary>
public sealed class StandaloneActivityTests
{
    [Fact]
    public async Task Start_EveryOption_IsOnTheRequest()
    {
        await using var server = OnStart(_ => new() { RunId = "run-1", Started = true });
        var client = await server.ConnectAsync();

        var handle = await client.StartActivityAsync(() => DoubleAsync(21), new("id", "tq")
        {
            ScheduleToCloseTimeout = TimeSpan.FromSeconds(1),
            ScheduleToStartTimeout = TimeSpan.FromSeconds(2),
            StartToCloseTimeout = TimeSpan.FromSeconds(3),
            HeartbeatTimeout = TimeSpan.FromSeconds(4),
            StartDelay = TimeSpan.FromSeconds(5),
            RetryPolicy = new() { MaximumAttempts = 6 },
            IdReusePolicy = ActivityIdReusePolicy.RejectDuplicate,
            IdConflictPolicy = ActivityIdConflictPolicy.UseExisting,
            TypedSearchAttributes = new SearchAttributeCollection.Builder().Set(SearchAttributeKey.CreateLong("L"), 5).ToSearchAttributeCollection(),
            Priority = new(priorityKey: 1),
            StaticSummary = "sum",
            StaticDetails = "det",
        });

        Assert.Equal(("id", "run-1"), (handle.Id, handle.RunId));
        var request = server.Last<StartActivityExecutionRequest>();
        Assert.Equal(("default", "tester", "id", "Double", "tq"), (request.Namespace, request.Identity, request.ActivityId, request.ActivityType.Name, request.TaskQueue.Name));
        Assert.Equal([1L, 2, 3, 4, 5], new[] { request.ScheduleToCloseTimeout, request.ScheduleToStartTimeout, request.StartToCloseTimeout, request.HeartbeatTimeout, request.StartDelay }.Select(d => d.Seconds));
        Assert.Equal((6, ActivityIdReusePolicy.RejectDuplicate, ActivityIdConflictPolicy.UseExisting), (request.RetryPolicy.MaximumAttempts, request.IdReusePolicy, request.IdConflictPolicy));
        Assert.Equal(("21", "\"sum\"", "\"det\""), (Text(request.Input.Payloads_.Single()), Text(request.UserMetadata.Summary), Text(request.UserMetadata.Details)));
        Assert.Equal((1, "Int"), (request.Priority.PriorityKey, request.SearchAttributes.IndexedFields["L"].Metadata["type"].ToStringUtf8()));
        Assert.NotEmpty(request.RequestId);
    }

    [Theory]
    [InlineData(null, "tq", "Id is required")]
    [InlineData("id", null, "TaskQueue is required")]
    [InlineData("id", "tq", "Activity 'Act' (id 'id') has neither StartToCloseTimeout nor ScheduleToCloseTimeout")]
    public async Task Start_OptionMissing_ThrowsBeforeAnyCall(string? id, string? queue, string message)
    {
        await using var server = OnStart(_ => new());
        var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<ArgumentException>(() => client.StartActivityAsync("Act", [], new() { Id = id, TaskQueue = queue }));

        Assert.Contains(message, error.Message);
        Assert.Equal(0, server.Count("StartActivityExecution"));
    }

    [Fact]
    public async Task Start_IdTaken_ThrowsWithTheRunThatHoldsIt()
    {
        await using var server = OnStart(_ => throw FakeFrontend.Error(
            GrpcStatusCode.AlreadyExists, "taken", "ActivityExecutionAlreadyStartedFailure", new ActivityExecutionAlreadyStartedFailure { RunId = "other" }));
        var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<ActivityAlreadyStartedException>(() => client.StartActivityAsync("Act", [], Options()));

        Assert.Equal(("id", "Act", "other", "taken"), (error.ActivityId, error.ActivityType, error.RunId, error.Message));
    }

    [Fact]
    public async Task GetResult_NotThereYet_IsAskedAgainUntilItIs()
    {
        var polls = 0;
        await using var server = OnStart(_ => new() { RunId = "run-1" }).Answer(
            "PollActivityExecution", PollActivityExecutionRequest.Parser, PollActivityExecutionResponse.Parser,
            _ => ++polls < 3 ? new() : new() { Outcome = new() { Result = new() { Payloads_ = { DataConverter.Default.PayloadConverter.ToPayload(42) } } } });
        var client = await server.ConnectAsync();

        Assert.Equal(42, await client.ExecuteActivityAsync(() => DoubleAsync(21), Options()));

        Assert.Equal(3, polls);
        Assert.Equal(("id", "run-1"), (server.Last<PollActivityExecutionRequest>().ActivityId, server.Last<PollActivityExecutionRequest>().RunId));
    }

    [Fact]
    public async Task GetResult_Failed_HoldsTheFailure()
    {
        await using var server = OnStart(_ => new()).Answer(
            "PollActivityExecution", PollActivityExecutionRequest.Parser, PollActivityExecutionResponse.Parser,
            _ => new() { Outcome = new() { Failure = new() { Message = "broken", ApplicationFailureInfo = new() { Type = "T" } } } });
        var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<ActivityFailedException>(() => client.ExecuteActivityAsync("Act", [], Options()));

        Assert.Equal(("broken", "T"), (error.InnerException!.Message, Assert.IsType<ApplicationFailureException>(error.InnerException).ErrorType));
    }

    [Fact]
    public async Task Describe_Answer_IsReadInFull()
    {
        var time = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        await using var server = new FakeFrontend().Answer(
            "DescribeActivityExecution", DescribeActivityExecutionRequest.Parser, DescribeActivityExecutionResponse.Parser,
            _ => new()
            {
                LongPollToken = ByteString.CopyFromUtf8("next"),
                Info = new()
                {
                    ActivityId = "id", RunId = "r", ActivityType = new() { Name = "Act" }, TaskQueue = "tq", Status = ActivityExecutionStatus.Running,
                    RunState = PendingActivityState.Started, Attempt = 2, LastWorkerIdentity = "w", CanceledReason = "why", ScheduleTime = Timestamp.FromDateTime(time),
                    LastStartedTime = Timestamp.FromDateTime(time), HeartbeatTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(7)), RetryPolicy = new() { MaximumAttempts = 3, BackoffCoefficient = 2 },
                    UserMetadata = new() { Summary = DataConverter.Default.PayloadConverter.ToPayload("sum") },
                },
            });
        var client = await server.ConnectAsync();

        var d = await client.GetActivityHandle("id", "r").DescribeAsync(new() { LongPollToken = "before"u8.ToArray() });

        Assert.Equal("before", server.Last<DescribeActivityExecutionRequest>().LongPollToken.ToStringUtf8());
        Assert.Equal(("id", "r", "Act", "tq", "default"), (d.ActivityId, d.ActivityRunId, d.ActivityType, d.TaskQueue, d.Namespace));
        Assert.Equal((ActivityExecutionStatus.Running, PendingActivityState.Started, 2, "w", "why"), (d.Status, d.RunState, d.Attempt, d.LastWorkerIdentity, d.CanceledReason));
        Assert.Equal((time, time, null, TimeSpan.FromSeconds(7), null), (d.ScheduledTime, d.LastStartedTime, d.CloseTime, d.HeartbeatTimeout, d.StartToCloseTimeout));
        Assert.Equal((3, "sum"), (d.RetryPolicy!.MaximumAttempts, await d.GetStaticSummaryAsync()));
        Assert.Equal("next"u8.ToArray(), d.LongPollToken);
        Assert.Null(await d.GetStaticDetailsAsync());
    }

    [Fact]
    public async Task CancelAndTerminate_ReasonAndRun_AreOnTheRequests()
    {
        await using var server = new FakeFrontend()
            .Answer("RequestCancelActivityExecution", RequestCancelActivityExecutionRequest.Parser, RequestCancelActivityExecutionResponse.Parser, _ => new())
            .Answer("TerminateActivityExecution", TerminateActivityExecutionRequest.Parser, TerminateActivityExecutionResponse.Parser, _ => new());
        var client = await server.ConnectAsync();

        await client.GetActivityHandle<int>("id", "r").CancelAsync(new() { Reason = "enough" });
        await client.GetActivityHandle("id").TerminateAsync();

        var cancel = server.Last<RequestCancelActivityExecutionRequest>();
        Assert.Equal(("id", "r", "enough", "tester"), (cancel.ActivityId, cancel.RunId, cancel.Reason, cancel.Identity));
        Assert.Equal(("id", "", ""), (server.Last<TerminateActivityExecutionRequest>().ActivityId, server.Last<TerminateActivityExecutionRequest>().RunId, server.Last<TerminateActivityExecutionRequest>().Reason));
    }

    [Fact]
    public async Task ListAndCount_Pages_AreReadUpToTheLimit()
    {
        await using var server = new FakeFrontend()
            .Answer("ListActivityExecutions", ListActivityExecutionsRequest.Parser, ListActivityExecutionsResponse.Parser, r => new()
            {
                Executions = { Info(r.NextPageToken.IsEmpty ? "1" : "3"), Info(r.NextPageToken.IsEmpty ? "2" : "4") },
                NextPageToken = ByteString.CopyFromUtf8("more"),
            })
            .Answer("CountActivityExecutions", CountActivityExecutionsRequest.Parser, CountActivityExecutionsResponse.Parser, _ => new()
            {
                Count = 5,
                Groups = { new CountActivityExecutionsResponse.Types.AggregationGroup { Count = 2 } },
            });
        var client = await server.ConnectAsync();

        var ids = new List<string>();
        await foreach (var activity in client.ListActivitiesAsync("q", new() { Limit = 3 }))
        {
            ids.Add(activity.ActivityId);
        }

        Assert.Equal(["1", "2", "3"], ids);
        Assert.Equal(2, server.Count("ListActivityExecutions"));
        var count = await client.CountActivitiesAsync("q");
        Assert.Equal((5, 2), (count.Count, count.Groups.Single().Count));
        Assert.Equal("q", server.Last<CountActivityExecutionsRequest>().Query);
    }

    [Fact]
    public async Task Start_Interceptor_SeesAndChangesTheCall()
    {
        await using var server = OnStart(_ => new());
        var client = await server.ConnectAsync(o => o.Interceptors = [new Renaming()]);

        await client.StartActivityAsync("Act", [], Options());

        Assert.Equal("Renamed", server.Last<StartActivityExecutionRequest>().ActivityType.Name);
    }

    private static FakeFrontend OnStart(Func<StartActivityExecutionRequest, StartActivityExecutionResponse> handler) =>
        new FakeFrontend().Answer("StartActivityExecution", StartActivityExecutionRequest.Parser, StartActivityExecutionResponse.Parser, handler);

    private static StartActivityOptions Options() => new("id", "tq") { StartToCloseTimeout = TimeSpan.FromSeconds(1) };

    private static ActivityExecutionListInfo Info(string id) => new() { ActivityId = id, ActivityType = new() { Name = "Act" } };

    private static string Text(Api.Common.V1.Payload payload) => payload.Data.ToStringUtf8();

    [Activity]
    private static Task<int> DoubleAsync(int value) => Task.FromResult(value * 2);

    private sealed class Renaming : IClientInterceptor
    {
        public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new Outbound(nextInterceptor);

        private sealed class Outbound(ClientOutboundInterceptor next) : ClientOutboundInterceptor(next)
        {
            public override Task<ActivityHandle<TResult>> StartActivityAsync<TResult>(StartActivityInput input) =>
                base.StartActivityAsync<TResult>(input with { Activity = "Renamed" });
        }
    }
}
