using Temporal.Grpc;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Update.V1;
using Temporalio.Api.WorkflowService.V1;

namespace Temporal.DevServer.Tests.Durability.Kill;

/// <summary>
/// Starts workflows of one kind, one after the other, and sends each what it waits for. Every call is made until it is acknowledged, always
/// with the same request id; so afterwards each must be in history exactly once.
/// </summary>
internal sealed class KillUser(TestServer server, WorkflowKind kind)
{
    private static readonly TimeSpan Call = TimeSpan.FromSeconds(5);

    /// <summary>Workflows that ended, each checked.</summary>
    public int Workflows { get; private set; }

    /// <summary>Starts, signals, updates and cancel requests that were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>The workflow that is under way, or the last one.</summary>
    public string Current { get; private set; } = "";

    /// <summary>Goes on until it is stopped; the last workflow is seen to its end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var id = Current = $"{kind.Name}-{Workflows}";
            var run = await StartAsync(id);
            var signals = Enumerable.Range(0, kind.Signals).Select(n => SignalAsync(id, $"signal-{n}"));
            var updates = Enumerable.Range(0, kind.Updates).Select(n => UpdateAsync(id, $"update-{n}"));
            await Task.WhenAll([.. signals, .. updates, .. kind.Cancel ? [CancelAsync(id)] : Array.Empty<Task>()]);
            var close = await UntilAcknowledgedAsync(() => CloseAsync(id), counts: false);
            Assert.Equal(EventType.WorkflowExecutionCompleted, close.EventType);
            await CheckAsync(id, run);
            Workflows++;
        }
    }

    private Task<string> StartAsync(string id) => UntilAcknowledgedAsync(async () => (await server.CallAsync<StartWorkflowExecutionRequest, StartWorkflowExecutionResponse>(
        new()
        {
            Namespace = "default",
            WorkflowId = id,
            WorkflowType = new() { Name = kind.Name },
            TaskQueue = new() { Name = "tq" },
            WorkflowTaskTimeout = DevServer.History.Durations.Wire(TimeSpan.FromSeconds(1)),
            RequestId = $"start-{id}",
            RetryPolicy = kind.FailsFirst ? new() { InitialInterval = DevServer.History.Durations.Wire(TimeSpan.FromMilliseconds(20)) } : null,
        },
        Call)).RunId);

    private Task SignalAsync(string id, string name) => UntilAcknowledgedAsync(() => server.CallAsync<SignalWorkflowExecutionRequest, SignalWorkflowExecutionResponse>(
        new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = id }, SignalName = name, RequestId = $"{id}-{name}" }, Call));

    private Task CancelAsync(string id) => UntilAcknowledgedAsync(() => server.CallAsync<RequestCancelWorkflowExecutionRequest, RequestCancelWorkflowExecutionResponse>(
        new() { Namespace = "default", WorkflowExecution = new() { WorkflowId = id }, RequestId = $"{id}-cancel" }, Call));

    private Task UpdateAsync(string id, string name) => UntilAcknowledgedAsync(async () =>
    {
        var response = await server.CallAsync<UpdateWorkflowExecutionRequest, UpdateWorkflowExecutionResponse>(
            new()
            {
                Namespace = "default",
                WorkflowExecution = new() { WorkflowId = id },
                WaitPolicy = new() { LifecycleStage = UpdateWorkflowExecutionLifecycleStage.Completed },
                Request = new() { Meta = new() { UpdateId = name, Identity = "client" }, Input = new() { Name = "up" } },
            },
            TimeSpan.FromSeconds(30));
        return response.Outcome ?? throw new GrpcException(GrpcStatusCode.Unavailable, "not completed yet");
    });

    private async Task<HistoryEvent> CloseAsync(string id)
    {
        var request = new GetWorkflowExecutionHistoryRequest
        {
            Namespace = "default",
            Execution = new() { WorkflowId = id },
            WaitNewEvent = true,
            HistoryEventFilterType = HistoryEventFilterType.CloseEvent,
        };
        var page = await server.CallAsync<GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse>(request, TimeSpan.FromSeconds(30));
        return page.History.Events.FirstOrDefault() is { EventType: not (EventType.WorkflowExecutionContinuedAsNew or EventType.WorkflowExecutionFailed) } close
            ? close
            : throw new GrpcException(GrpcStatusCode.Unavailable, "not closed yet");
    }

    /// <summary>The chain of runs holds everything that was acknowledged, once.</summary>
    private async Task CheckAsync(string id, string firstRun)
    {
        var all = new List<HistoryEvent>();
        for (var run = firstRun; run.Length > 0;)
        {
            var events = await UntilAcknowledgedAsync(() => server.HistoryAsync(id, run), counts: false);
            Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.EventId));
            all.AddRange(events);
            run = events[^1].WorkflowExecutionContinuedAsNewEventAttributes?.NewExecutionRunId
                ?? events[^1].WorkflowExecutionFailedEventAttributes?.NewExecutionRunId ?? "";
        }

        Assert.Equal(1 + kind.Continues + (kind.FailsFirst ? 1 : 0), all.Count(e => e.EventType == EventType.WorkflowExecutionStarted));
        Assert.Equal(
            Enumerable.Range(0, kind.Signals).Select(n => $"signal-{n}"),
            all.Where(e => e.EventType == EventType.WorkflowExecutionSignaled).Select(e => e.WorkflowExecutionSignaledEventAttributes.SignalName).Order(StringComparer.Ordinal));
        foreach (var type in new[] { EventType.WorkflowExecutionUpdateAccepted, EventType.WorkflowExecutionUpdateCompleted })
        {
            Assert.Equal(kind.Updates, all.Count(e => e.EventType == type));
        }

        Assert.Equal(
            all.Count(e => e.EventType == EventType.ActivityTaskScheduled), all.Count(e => e.EventType == EventType.ActivityTaskCompleted));
    }

    /// <summary>What a caller tries again: the server is away, or (FAILED_PRECONDITION) the workflow lost its task several times and takes no update now.</summary>
    private static bool IsWorthAnotherTry(GrpcException e) =>
        e.Code is GrpcStatusCode.Unavailable or GrpcStatusCode.DeadlineExceeded or GrpcStatusCode.Cancelled or GrpcStatusCode.Unknown
            or GrpcStatusCode.ResourceExhausted or GrpcStatusCode.FailedPrecondition;

    private async Task<T> UntilAcknowledgedAsync<T>(Func<Task<T>> call, bool counts = true)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromMinutes(3);
        while (true)
        {
            try
            {
                var answer = await call();
                Acknowledged += counts ? 1 : 0;
                return answer;
            }
            catch (GrpcException e) when (DateTime.UtcNow < deadline && IsWorthAnotherTry(e))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None);
            }
        }
    }
}
