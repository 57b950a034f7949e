using Google.Protobuf;
using Temporal.Grpc;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Client.Interceptors;
using Temporalio.Common;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Tests.Fakes;

namespace Temporalio.Tests.Client;

public sealed class WorkflowCallTests
{
    [Fact]
    public async Task Start_Options_AreOnTheRequest()
    {
        await using var server = new FakeFrontend().OnStart(_ => new() { RunId = "run-1" });
        var client = await server.ConnectAsync();

        var handle = await client.StartWorkflowAsync("Wf", ["arg"], new("id", "tq")
        {
            RunTimeout = TimeSpan.FromMinutes(1),
            RetryPolicy = new() { MaximumAttempts = 3, NonRetryableErrorTypes = ["A"] },
            Memo = new Dictionary<string, object> { ["m"] = 1 },
            TypedSearchAttributes = new SearchAttributeCollection.Builder().Set(SearchAttributeKey.CreateLong("L"), 5).ToSearchAttributeCollection(),
            StaticSummary = "sum",
            IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting,
            Priority = new(priorityKey: 1),
        });

        Assert.Equal(("id", null, "run-1", "run-1"), (handle.Id, handle.RunId, handle.ResultRunId, handle.FirstExecutionRunId));
        var request = server.Last<StartWorkflowExecutionRequest>();
        Assert.Equal(("default", "id", "Wf", "tq", "tester"), (request.Namespace, request.WorkflowId, request.WorkflowType.Name, request.TaskQueue.Name, request.Identity));
        Assert.Equal("\"arg\"", request.Input.Payloads_.Single().Data.ToStringUtf8());
        Assert.Equal((3, "A"), (request.RetryPolicy.MaximumAttempts, request.RetryPolicy.NonRetryableErrorTypes.Single()));
        Assert.Equal("1", request.Memo.Fields["m"].Data.ToStringUtf8());
        Assert.Equal("Int", request.SearchAttributes.IndexedFields["L"].Metadata["type"].ToStringUtf8());
        Assert.Equal("\"sum\"", request.UserMetadata.Summary.Data.ToStringUtf8());
        Assert.Equal(60, request.WorkflowRunTimeout.Seconds);
        Assert.Null(request.WorkflowExecutionTimeout);
        Assert.Equal(WorkflowIdConflictPolicy.UseExisting, request.WorkflowIdConflictPolicy);
        Assert.Equal(1, request.Priority.PriorityKey);
        Assert.NotEmpty(request.RequestId);
    }

    [Fact]
    public async Task Start_NoIdOrQueue_Throws()
    {
        await using var server = new FakeFrontend();
        var client = await server.ConnectAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => client.StartWorkflowAsync("Wf", [], new() { TaskQueue = "tq" }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.StartWorkflowAsync("Wf", [], new() { Id = "id" }));
    }

    [Fact]
    public async Task Start_AlreadyStarted_IsRecognisedByDetailNotByCode()
    {
        var withDetail = true;
        await using var server = new FakeFrontend().OnStart(_ => throw (withDetail
            ? FakeFrontend.Error(GrpcStatusCode.AlreadyExists, "taken", "WorkflowExecutionAlreadyStartedFailure", new WorkflowExecutionAlreadyStartedFailure { RunId = "other" })
            : FakeFrontend.Error(GrpcStatusCode.AlreadyExists, "taken")));
        var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<WorkflowAlreadyStartedException>(() => client.StartWorkflowAsync("Wf", [], new("id", "tq")));
        Assert.Equal(("id", "Wf", "other"), (error.WorkflowId, error.WorkflowType, error.RunId));
        withDetail = false;
        await Assert.ThrowsAsync<RpcException>(() => client.StartWorkflowAsync("Wf", [], new("id", "tq")));
    }

    [Fact]
    public async Task Start_WithSignal_IsOneCallWithoutFirstRun()
    {
        await using var server = new FakeFrontend().Answer(
            "SignalWithStartWorkflowExecution", SignalWithStartWorkflowExecutionRequest.Parser, SignalWithStartWorkflowExecutionResponse.Parser,
            _ => new() { RunId = "r" });
        var client = await server.ConnectAsync();
        var options = new WorkflowOptions("id", "tq");
        options.SignalWithStart("sig", [7]);

        var handle = await client.StartWorkflowAsync("Wf", [], options);

        Assert.Equal(("r", null), (handle.ResultRunId, handle.FirstExecutionRunId));
        Assert.Equal("7", server.Last<SignalWithStartWorkflowExecutionRequest>().SignalInput.Payloads_.Single().Data.ToStringUtf8());
    }

    [Fact]
    public async Task GetResult_ContinuedRetriedAndEmptyPages_FollowsToTheResult()
    {
        await using var server = new FakeFrontend().OnHistory(request => request switch
        {
            { Execution.RunId: "r1", NextPageToken.IsEmpty: true } => new() { NextPageToken = ByteString.CopyFromUtf8("again") },
            { Execution.RunId: "r1" } => Close(new() { WorkflowExecutionContinuedAsNewEventAttributes = new() { NewExecutionRunId = "r2" } }),
            { Execution.RunId: "r2" } => Close(new() { WorkflowExecutionFailedEventAttributes = new() { Failure = new(), NewExecutionRunId = "r3" } }),
            { Execution.RunId: "r3" } => Close(new() { WorkflowExecutionTimedOutEventAttributes = new() { NewExecutionRunId = "r4" } }),
            _ => Close(new() { WorkflowExecutionCompletedEventAttributes = new() { Result = new() { Payloads_ = { Payload("done") } } } }),
        });
        var client = await server.ConnectAsync();

        Assert.Equal("done", await client.GetWorkflowHandle("id", "r1").GetResultAsync<string>());
        Assert.Equal(["r1", "r1", "r2", "r3", "r4"], server.Calls.Select(c => c.Request).OfType<GetWorkflowExecutionHistoryRequest>().Select(r => r.Execution.RunId));
        Assert.All(server.Calls.Select(c => c.Request).OfType<GetWorkflowExecutionHistoryRequest>(), r =>
            Assert.Equal((true, HistoryEventFilterType.CloseEvent, true), (r.WaitNewEvent, r.HistoryEventFilterType, r.SkipArchival)));
    }

    [Fact]
    public async Task GetResult_NotFollowing_Throws()
    {
        await using var server = new FakeFrontend().OnHistory(_ =>
            Close(new() { WorkflowExecutionContinuedAsNewEventAttributes = new() { NewExecutionRunId = "r2" } }));
        var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<WorkflowContinuedAsNewException>(() => client.GetWorkflowHandle("id").GetResultAsync(followRuns: false));

        Assert.Equal("r2", error.NewRunId);
    }

    [Fact]
    public async Task GetResult_EveryBadEnd_HasItsCause()
    {
        (HistoryEvent Event, Type Cause, string Message)[] ends =
        [
            (new() { WorkflowExecutionFailedEventAttributes = new() { Failure = new() { Message = "bad", ApplicationFailureInfo = new() } } }, typeof(ApplicationFailureException), "bad"),
            (new() { WorkflowExecutionCanceledEventAttributes = new() }, typeof(CanceledFailureException), "Workflow canceled"),
            (new() { WorkflowExecutionTerminatedEventAttributes = new() { Reason = "why" } }, typeof(TerminatedFailureException), "why"),
            (new() { WorkflowExecutionTerminatedEventAttributes = new() }, typeof(TerminatedFailureException), "Workflow terminated"),
            (new() { WorkflowExecutionTimedOutEventAttributes = new() }, typeof(TimeoutFailureException), "Workflow timed out"),
        ];
        var next = 0;
        await using var server = new FakeFrontend().OnHistory(_ => Close(ends[next].Event));
        var client = await server.ConnectAsync();

        foreach (var (_, cause, message) in ends)
        {
            var error = await Assert.ThrowsAsync<WorkflowFailedException>(() => client.GetWorkflowHandle("id").GetResultAsync());
            Assert.IsType(cause, error.InnerException);
            Assert.Equal(message, error.InnerException!.Message);
            next++;
        }
    }

    [Fact]
    public async Task GetResult_NoResult_ReadsAsNull()
    {
        await using var server = new FakeFrontend().OnHistory(_ => Close(new() { WorkflowExecutionCompletedEventAttributes = new() }));
        var handle = (await server.ConnectAsync()).GetWorkflowHandle("id");

        await handle.GetResultAsync();
        Assert.Null(await handle.GetResultAsync<string?>());
        await Assert.ThrowsAsync<ArgumentException>(() => handle.GetResultAsync<int>());
    }

    [Fact]
    public async Task Query_FailedAndRejected_HaveTheirExceptions()
    {
        var rejected = false;
        await using var server = new FakeFrontend().Answer("QueryWorkflow", QueryWorkflowRequest.Parser, QueryWorkflowResponse.Parser, _ => rejected
            ? new() { QueryRejected = new() { Status = WorkflowExecutionStatus.Failed } }
            : throw FakeFrontend.Error(GrpcStatusCode.InvalidArgument, "no such query", "QueryFailedFailure", new QueryFailedFailure()));
        var handle = (await server.ConnectAsync(o => o.QueryRejectCondition = QueryRejectCondition.NotOpen)).GetWorkflowHandle("id");

        Assert.Equal("no such query", (await Assert.ThrowsAsync<WorkflowQueryFailedException>(() => handle.QueryAsync<int>("q", []))).Message);
        rejected = true;
        Assert.Equal(WorkflowExecutionStatus.Failed, (await Assert.ThrowsAsync<WorkflowQueryRejectedException>(() => handle.QueryAsync<int>("q", []))).WorkflowStatus);
        Assert.Equal(QueryRejectCondition.NotOpen, server.Last<QueryWorkflowRequest>().QueryRejectCondition);
    }

    [Fact]
    public async Task Update_AdmittedOnly_IsSentAgainUntilAccepted()
    {
        var answers = 0;
        await using var server = new FakeFrontend()
            .Answer("UpdateWorkflowExecution", UpdateWorkflowExecutionRequest.Parser, UpdateWorkflowExecutionResponse.Parser, _ => ++answers == 1
                ? new() { Stage = UpdateWorkflowExecutionLifecycleStage.Admitted }
                : new() { Stage = UpdateWorkflowExecutionLifecycleStage.Accepted, UpdateRef = new() { UpdateId = "u", WorkflowExecution = new() { WorkflowId = "id", RunId = "r" } } })
            .Answer("PollWorkflowExecutionUpdate", PollWorkflowExecutionUpdateRequest.Parser, PollWorkflowExecutionUpdateResponse.Parser, _ => ++answers == 3
                ? new()
                : new() { Outcome = new() { Success = new() { Payloads_ = { Payload(5) } } } });
        var workflow = (await server.ConnectAsync()).GetWorkflowHandle("id");

        var handle = await workflow.StartUpdateAsync<int>("up", [1], new("u", WorkflowUpdateStage.Accepted));

        Assert.Equal(("u", "id", "r"), (handle.Id, handle.WorkflowId, handle.WorkflowRunId));
        Assert.Equal(5, await handle.GetResultAsync());
        Assert.Equal(4, answers);
        Assert.Equal(["u", "u"], server.Calls.Select(c => c.Request).OfType<UpdateWorkflowExecutionRequest>().Select(r => r.Request.Meta.UpdateId));
        await Assert.ThrowsAsync<ArgumentException>(() => workflow.StartUpdateAsync("up", [], new(WorkflowUpdateStage.Admitted)));
        await Assert.ThrowsAsync<ArgumentException>(() => workflow.StartUpdateAsync("up", [], new()));
    }

    [Fact]
    public async Task Update_Failed_SurfacesAtTheResult()
    {
        await using var server = new FakeFrontend().Answer(
            "UpdateWorkflowExecution", UpdateWorkflowExecutionRequest.Parser, UpdateWorkflowExecutionResponse.Parser,
            _ => new() { Stage = UpdateWorkflowExecutionLifecycleStage.Completed, Outcome = new() { Failure = new() { Message = "refused" } } });
        var workflow = (await server.ConnectAsync()).GetWorkflowHandle("id");

        var error = await Assert.ThrowsAsync<WorkflowUpdateFailedException>(() => workflow.ExecuteUpdateAsync("up", []));

        Assert.Equal("refused", error.InnerException!.Message);
    }

    [Fact]
    public async Task UpdateWithStart_StartRefused_BothOperationAndUpdateThrowIt()
    {
        var failure = new MultiOperationExecutionFailure
        {
            Statuses =
            {
                new MultiOperationExecutionFailure.Types.OperationStatus
                {
                    Code = 6, Message = "taken",
                    Details = { new Google.Protobuf.WellKnownTypes.Any { TypeUrl = "type.googleapis.com/temporal.api.errordetails.v1.WorkflowExecutionAlreadyStartedFailure", Value = new WorkflowExecutionAlreadyStartedFailure { RunId = "other" }.ToByteString() } },
                },
                new MultiOperationExecutionFailure.Types.OperationStatus
                {
                    Code = 10, Message = "aborted",
                    Details = { new Google.Protobuf.WellKnownTypes.Any { TypeUrl = "type.googleapis.com/temporal.api.failure.v1.MultiOperationExecutionAborted" } },
                },
            },
        };
        await using var server = new FakeFrontend().Answer(
            "ExecuteMultiOperation", ExecuteMultiOperationRequest.Parser, ExecuteMultiOperationResponse.Parser,
            _ => throw FakeFrontend.Error(GrpcStatusCode.AlreadyExists, "multi", "MultiOperationExecutionFailure", failure));
        var client = await server.ConnectAsync();
        var start = WithStartWorkflowOperation.Create("Wf", [], new("id", "tq") { IdConflictPolicy = WorkflowIdConflictPolicy.Fail });

        var error = await Assert.ThrowsAsync<WorkflowAlreadyStartedException>(() =>
            client.StartUpdateWithStartWorkflowAsync("up", [], new(start, WorkflowUpdateStage.Accepted)));

        Assert.Equal("other", error.RunId);
        Assert.Same(error, await Assert.ThrowsAsync<WorkflowAlreadyStartedException>(() => start.GetHandleAsync()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.StartUpdateWithStartWorkflowAsync("up", [], new(start, WorkflowUpdateStage.Accepted)));
    }

    [Fact]
    public async Task List_PagesLazily_AndLimitCountsItems()
    {
        await using var server = new FakeFrontend().Answer(
            "ListWorkflowExecutions", ListWorkflowExecutionsRequest.Parser, ListWorkflowExecutionsResponse.Parser, request =>
            {
                var page = request.NextPageToken.IsEmpty ? 0 : int.Parse(request.NextPageToken.ToStringUtf8(), System.Globalization.CultureInfo.InvariantCulture);
                return new()
                {
                    Executions = { new Api.Workflow.V1.WorkflowExecutionInfo { Execution = new() { WorkflowId = $"{page}a" } }, new Api.Workflow.V1.WorkflowExecutionInfo { Execution = new() { WorkflowId = $"{page}b" } } },
                    NextPageToken = page == 2 ? ByteString.Empty : ByteString.CopyFromUtf8($"{page + 1}"),
                };
            });
        var client = await server.ConnectAsync();

        Assert.Equal(["0a", "0b", "1a", "1b", "2a", "2b"], await client.ListWorkflowsAsync("").Select(w => w.Id).ToListAsync());
        Assert.Equal(["0a", "0b", "1a"], await client.ListWorkflowsAsync("", new() { Limit = 3 }).Select(w => w.Id).ToListAsync());
        Assert.Equal(5, server.Count("ListWorkflowExecutions"));
    }

    [Fact]
    public async Task Interceptors_FirstListed_IsOutermost()
    {
        await using var server = new FakeFrontend().OnStart(_ => new() { RunId = "r" });
        var log = new List<string>();
        var client = await server.ConnectAsync(o => o.Interceptors = [new Logging("a", log), new Logging("b", log)]);

        await client.StartWorkflowAsync("Wf", [], new("id", "tq"));

        Assert.Equal(["a", "b"], log);
        Assert.Equal("\"b\"", server.Last<StartWorkflowExecutionRequest>().Header.Fields["who"].Data.ToStringUtf8());
    }

    private static GetWorkflowExecutionHistoryResponse Close(HistoryEvent close) => new() { History = new() { Events = { close } } };

    private static Api.Common.V1.Payload Payload(object value) => DataConverter.Default.PayloadConverter.ToPayload(value);

    private sealed class Logging(string name, List<string> log) : IClientInterceptor
    {
        public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new Outbound(nextInterceptor, name, log);

        private sealed class Outbound(ClientOutboundInterceptor next, string name, List<string> log) : ClientOutboundInterceptor(next)
        {
            public override Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input)
            {
                log.Add(name);
                return base.StartWorkflowAsync<TWorkflow, TResult>(input with
                {
                    Headers = new Dictionary<string, Api.Common.V1.Payload> { ["who"] = DataConverter.Default.PayloadConverter.ToPayload(name) },
                });
            }
        }
    }
}
