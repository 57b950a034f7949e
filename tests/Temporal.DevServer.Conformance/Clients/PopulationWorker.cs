using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Temporal.Grpc;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Protocol.V1;
using Temporalio.Api.Query.V1;
using Temporalio.Api.Worker.V1;
using Temporalio.Api.WorkflowService.V1;
using PayloadList = Temporalio.Api.Common.V1.Payloads;
using Update = Temporalio.Api.Update.V1;

namespace Temporal.DevServer.Conformance.Clients;

/// <summary>
/// A worker by hand for the workflow types that stand behind the recordings (README of the folder). Without a cache: every task has the whole
/// history, and each decision is made from it alone.
/// </summary>
public sealed class PopulationWorker(GrpcChannel channel)
{
    private const string Identity = "worker@host";
    private const string BuildId = "0123456789abcdef0123456789abcdef";
    private const string Queue = "pipelines";
    private static readonly WorkerVersionCapabilities Capabilities = new() { BuildId = BuildId };

    /// <summary>Works until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await CallAsync<RecordWorkerHeartbeatRequest, RecordWorkerHeartbeatResponse>(new() { Namespace = "default", Identity = Identity, WorkerHeartbeat = { Heartbeat() } }, stop);
        await Task.WhenAll([
            .. Enumerable.Range(0, 4).Select(_ => LoopAsync(WorkflowAsync, stop)),
            .. Enumerable.Range(0, 2).Select(_ => LoopAsync(ActivityAsync, stop)),
        ]);
    }

    private static WorkerHeartbeat Heartbeat()
    {
        static WorkerSlotsInfo Slots() => new() { CurrentAvailableSlots = 99, CurrentUsedSlots = 1, SlotSupplierKind = "Fixed", TotalProcessedTasks = 1, TotalFailedTasks = 1, LastIntervalProcessedTasks = 1 };
        static WorkerPollerInfo Pollers() => new() { CurrentPollers = 2, LastSuccessfulPollTime = Timestamp.FromDateTime(DateTime.UtcNow) };
        return new WorkerHeartbeat
        {
            WorkerInstanceKey = Guid.NewGuid().ToString(),
            WorkerIdentity = Identity,
            HostInfo = new() { HostName = "host", ProcessId = "1", CurrentHostCpuUsage = 0.5f, CurrentHostMemUsage = 0.5f, WorkerGroupingKey = Guid.NewGuid().ToString() },
            TaskQueue = Queue,
            DeploymentVersion = new() { BuildId = BuildId },
            SdkName = "temporal-python",
            SdkVersion = "1.35.0",
            Status = WorkerStatus.Running,
            StartTime = Timestamp.FromDateTime(DateTime.UtcNow),
            HeartbeatTime = Timestamp.FromDateTime(DateTime.UtcNow),
            ElapsedSinceLastHeartbeat = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
            WorkflowTaskSlotsInfo = Slots(),
            ActivityTaskSlotsInfo = Slots(),
            LocalActivitySlotsInfo = Slots(),
            NexusTaskSlotsInfo = Slots(),
            WorkflowPollerInfo = Pollers(),
            WorkflowStickyPollerInfo = Pollers(),
            ActivityPollerInfo = Pollers(),
            TotalStickyCacheHit = 1,
            TotalStickyCacheMiss = 1,
            CurrentStickyCacheSize = 1,
        };
    }

    private static async Task LoopAsync(Func<CancellationToken, Task> turn, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await turn(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (GrpcException e) when (e.Code is GrpcStatusCode.NotFound or GrpcStatusCode.InvalidArgument or GrpcStatusCode.Unavailable)
            {
                await Task.Yield(); // the run was ended or reset meanwhile, or the server stops: poll again
            }
        }
    }

    private async Task ActivityAsync(CancellationToken stop)
    {
        var task = await CallAsync<PollActivityTaskQueueRequest, PollActivityTaskQueueResponse>(
            new() { Namespace = "default", TaskQueue = new() { Name = Queue }, Identity = Identity, WorkerVersionCapabilities = Capabilities }, stop);
        switch (task.ActivityType?.Name)
        {
            case "Compose":
                await CallAsync<RespondActivityTaskCompletedRequest, RespondActivityTaskCompletedResponse>(
                    new() { Namespace = "default", TaskToken = task.TaskToken, Identity = Identity, Result = Json("\"Hello, you!\"") }, stop);
                break;
            case "Flaky":
                var failure = new Failure { Message = "flaky", ApplicationFailureInfo = new() { Type = "FlakyError", Details = Json("""{"n":1}""") } };
                await CallAsync<RespondActivityTaskFailedRequest, RespondActivityTaskFailedResponse>(
                    new() { Namespace = "default", TaskToken = task.TaskToken, Identity = Identity, Failure = failure }, stop);
                break;
            case "Beat":
                await CallAsync<RecordActivityTaskHeartbeatRequest, RecordActivityTaskHeartbeatResponse>(
                    new() { Namespace = "default", TaskToken = task.TaskToken, Identity = Identity, Details = Json("""{"progress":1}""") }, stop);
                break;
        }
    }

    private async Task WorkflowAsync(CancellationToken stop)
    {
        var task = await CallAsync<PollWorkflowTaskQueueRequest, PollWorkflowTaskQueueResponse>(
            new() { Namespace = "default", TaskQueue = new() { Name = Queue }, Identity = Identity, WorkerVersionCapabilities = Capabilities }, stop);
        if (task.TaskToken.IsEmpty)
        {
            return;
        }

        var history = task.History.Events.ToList();
        if (task.Query is { } asked)
        {
            var answer = PopulationQueries.Answer(asked.QueryType, history);
            await CallAsync<RespondQueryTaskCompletedRequest, RespondQueryTaskCompletedResponse>(
                new()
                {
                    Namespace = "default", TaskToken = task.TaskToken, CompletedType = answer.ResultType, QueryResult = answer.Answer, ErrorMessage = answer.ErrorMessage, Failure = answer.Failure,
                }, stop);
            return;
        }

        var done = new RespondWorkflowTaskCompletedRequest
        {
            Namespace = "default", TaskToken = task.TaskToken, Identity = Identity, WorkerVersionStamp = new() { BuildId = BuildId },
            SdkMetadata = new() { SdkName = "temporal-python", SdkVersion = "1.35.0", CoreUsedFlags = { 1, 2, 3 } }, MeteringMetadata = new(),
        };
        foreach (var (id, query) in task.Queries)
        {
            done.QueryResults[id] = PopulationQueries.Answer(query.QueryType, history);
        }

        foreach (var message in task.Messages)
        {
            TakeUpdate(message, done, history);
        }

        FinishUpdates(history, done);
        done.Commands.AddRange(Decide(task.WorkflowType.Name, task.WorkflowExecution.WorkflowId, history));
        await CallAsync<RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse>(done, stop);
    }

    private static void TakeUpdate(Message message, RespondWorkflowTaskCompletedRequest done, List<HistoryEvent> history)
    {
        var request = Update.Request.Parser.ParseFrom(message.Body.Value);
        var (name, text) = (request.Input.Name, request.Input.Args?.Payloads_.FirstOrDefault()?.Data.ToStringUtf8() ?? "0");
        var failure = name is not ("add_and_get" or "slow_update" or "failing_update")
            ? new Failure
            {
                Message = $"Update handler for '{name}' expected but not found, and there is no dynamic handler. known updates: [add_and_get failing_update slow_update]",
                StackTrace = "worker", ApplicationFailureInfo = new() { Type = "RuntimeError" },
            }
            : name == "add_and_get" && text.StartsWith('-')
                ? new Failure { Message = "n must not be negative", StackTrace = "worker", ApplicationFailureInfo = new() { Type = "BadN" } }
                : null;
        if (failure is not null)
        {
            done.Messages.Add(Reply(message, "reject", new Update.Rejection
            {
                RejectedRequestMessageId = message.Id, RejectedRequestSequencingEventId = message.EventId, RejectedRequest = request, Failure = failure,
            }));
            return;
        }

        Send(done, Reply(message, "accept", new Update.Acceptance { AcceptedRequestMessageId = message.Id, AcceptedRequestSequencingEventId = message.EventId, AcceptedRequest = request }));
        if (name == "slow_update")
        {
            var timer = Timer($"update-{message.ProtocolInstanceId}", int.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
            timer.StartTimerCommandAttributes.TimerId = $"update-{message.ProtocolInstanceId}";
            done.Commands.Add(timer);
            return;
        }

        Send(done, Response(message.ProtocolInstanceId, name == "failing_update"
            ? new Update.Outcome { Failure = new Failure { Message = "update failed", StackTrace = "worker", ApplicationFailureInfo = new() { Type = "UpdateErr" } } }
            : new Update.Outcome { Success = Json(PopulationQueries.Count(history).ToString(System.Globalization.CultureInfo.InvariantCulture)) }));
    }

    /// <summary>Slow updates end when their timers have fired.</summary>
    private static void FinishUpdates(List<HistoryEvent> history, RespondWorkflowTaskCompletedRequest done)
    {
        var completed = history.Select(e => e.WorkflowExecutionUpdateCompletedEventAttributes?.Meta.UpdateId).OfType<string>().ToHashSet();
        foreach (var fired in history.Select(e => e.TimerFiredEventAttributes?.TimerId).OfType<string>().Where(t => t.StartsWith("update-", StringComparison.Ordinal)))
        {
            if (!completed.Contains(fired["update-".Length..]))
            {
                Send(done, Response(fired["update-".Length..], new Update.Outcome { Success = Json("\"slow\"") }));
            }
        }
    }

    private static Message Response(string updateId, Update.Outcome outcome) => new()
    {
        Id = $"{updateId}/complete",
        ProtocolInstanceId = updateId,
        Body = Any.Pack(new Update.Response { Meta = new() { UpdateId = updateId, Identity = "" }, Outcome = outcome }),
    };

    private static Message Reply(Message to, string what, IMessage body) => new() { Id = $"{to.Id}/{what}", ProtocolInstanceId = to.ProtocolInstanceId, Body = Any.Pack(body) };

    private static void Send(RespondWorkflowTaskCompletedRequest done, Message message)
    {
        done.Messages.Add(message);
        done.Commands.Add(new Command { CommandType = CommandType.ProtocolMessage, ProtocolMessageCommandAttributes = new() { MessageId = message.Id } });
    }

    private static IEnumerable<Command> Decide(string type, string workflowId, List<HistoryEvent> history)
    {
        var isFirst = !history.Any(e => e.EventType == EventType.WorkflowTaskCompleted);
        var cancelled = history.Any(e => e.EventType == EventType.WorkflowExecutionCancelRequested);
        var input = history[0].WorkflowExecutionStartedEventAttributes.Input?.Payloads_.FirstOrDefault()?.Data.ToStringUtf8() ?? "";
        var n = int.TryParse(input, out var number) ? number : 0;
        bool Has(EventType wanted) => history.Any(e => e.EventType == wanted);
        return (type, isFirst) switch
        {
            ("Greeting", true) => [Activity("Compose", "1", TimeSpan.FromSeconds(10))],
            ("Greeting", false) => Has(EventType.ActivityTaskCompleted) ? [Complete($"\"Hello, {input.Trim('"')}!\"")] : [],
            ("LongRunning", _) when cancelled => [new() { CommandType = CommandType.CancelWorkflowExecution, CancelWorkflowExecutionCommandAttributes = new() }],
            ("LongRunning", _) => history.Any(e => e.WorkflowExecutionSignaledEventAttributes?.SignalName == "finish")
                ? [Complete($$"""{"count":{{PopulationQueries.Count(history)}}}""")]
                : [],
            ("Failing", _) => [new()
            {
                CommandType = CommandType.FailWorkflowExecution,
                FailWorkflowExecutionCommandAttributes = new()
                {
                    Failure = new() { Message = input.Trim('"'), StackTrace = "worker", ApplicationFailureInfo = new() { Type = "Boom", NonRetryable = true, Details = Json("""{"code":7}""") } },
                },
            }],
            ("RetryingActivity", true) => [Activity("Flaky", "act-1", TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(600))],
            ("AsyncActivity", true) => [Activity("Async", "act-1", TimeSpan.FromSeconds(600))],
            ("Heartbeating", true) => [Activity("Beat", "1", TimeSpan.FromSeconds(600))],
            ("AsyncActivity", false) => Has(EventType.ActivityTaskCompleted) || Has(EventType.ActivityTaskFailed) ? [Complete("null")] : [],
            ("Parent", true) => Enumerable.Range(0, n).Select(i => Child($"{workflowId}/child-{i}", "Child")),
            ("Parent", false) => Parent(workflowId, n, history),
            ("PipelineRun", true) => [Timer("1", 1)],
            ("PipelineRun", false) => Has(EventType.TimerFired) ? [Complete("""{"rows":1}""")] : [],
            ("Can", _) when n > 0 => [new()
            {
                CommandType = CommandType.ContinueAsNewWorkflowExecution,
                ContinueAsNewWorkflowExecutionCommandAttributes = new() { WorkflowType = new() { Name = "Can" }, TaskQueue = new() { Name = Queue }, Input = Json($"{n - 1}") },
            }],
            ("Can" or "Child" or "Scheduled", _) => [Complete("\"done\"")],
            _ => [],
        };
    }

    private static Command[] Parent(string workflowId, int n, List<HistoryEvent> history)
    {
        var closed = history.Count(e => e.EventType == EventType.ChildWorkflowExecutionCompleted);
        var started = history.Count(e => e.EventType == EventType.StartChildWorkflowExecutionInitiated);
        return closed < n ? [] : n != 2 ? [Complete("\"done\"")] : started == 2 ? [Child($"{workflowId}/child-open", "LongRunning")] : [];
    }

    private static Command Child(string id, string type) => new()
    {
        CommandType = CommandType.StartChildWorkflowExecution,
        StartChildWorkflowExecutionCommandAttributes = new() { Namespace = "default", WorkflowId = id, WorkflowType = new() { Name = type }, TaskQueue = new() { Name = Queue } },
    };

    private static Command Activity(string type, string id, TimeSpan startToClose, TimeSpan? retry = null) => new()
    {
        CommandType = CommandType.ScheduleActivityTask,
        ScheduleActivityTaskCommandAttributes = new()
        {
            ActivityId = id, ActivityType = new() { Name = type }, TaskQueue = new() { Name = Queue }, StartToCloseTimeout = Duration.FromTimeSpan(startToClose),
            RetryPolicy = retry is { } interval ? new() { InitialInterval = Duration.FromTimeSpan(interval), BackoffCoefficient = 1 } : null,
        },
    };

    private static Command Timer(string id, int seconds) => new()
    {
        CommandType = CommandType.StartTimer,
        StartTimerCommandAttributes = new() { TimerId = id, StartToFireTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds)) },
    };

    private static Command Complete(string json) => new()
    {
        CommandType = CommandType.CompleteWorkflowExecution,
        CompleteWorkflowExecutionCommandAttributes = new() { Result = Json(json) },
    };

    private static PayloadList Json(string json) => new() { Payloads_ = { PopulationQueries.Json(json) } };

    private Task<TResponse> CallAsync<TRequest, TResponse>(TRequest request, CancellationToken stop)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new()
    {
        var name = typeof(TRequest).Name[..^"Request".Length];
        var method = new GrpcMethod<TRequest, TResponse>(
            "temporal.api.workflowservice.v1.WorkflowService", name, new MessageParser<TRequest>(() => new()), new MessageParser<TResponse>(() => new()));
        return channel.UnaryAsync(method, request, new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(60) }, stop);
    }
}
