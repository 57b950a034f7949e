using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Converters;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace Temporalio.Tests.Replay;

/// <summary>A server that answers as it did when a transcript was recorded, and notes where the worker does something else.</summary>
internal sealed class RecordedService(string name, Transcript transcript, string side) : IWorkflowServicePort, ILocalActivityExecutor
{
    private readonly List<Transcript.Call> _open = [.. transcript.Calls.Where(c => c.Side == side && c.Method is "RespondWorkflowTaskCompleted" or "RespondWorkflowTaskFailed" or "RespondQueryTaskCompleted" or "GetWorkflowExecutionHistory")];
    private readonly List<string> _problems = [];

    /// <summary>Differences, and recorded answers that never came.</summary>
    public IEnumerable<string> Finish() => _problems.Concat(
        _open.Where(c => c.Method != "GetWorkflowExecutionHistory" && c.Side == side).Select(c => $"not answered: {c.Method} {Token(c.Request)}"));

    public Task<PollWorkflowTaskQueueResponse> PollWorkflowTaskAsync(PollWorkflowTaskQueueRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The test hands tasks in itself.");

    public Task<RespondWorkflowTaskCompletedResponse> CompleteWorkflowTaskAsync(RespondWorkflowTaskCompletedRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Transcript.Parse<RespondWorkflowTaskCompletedResponse>(Answer("RespondWorkflowTaskCompleted", request)));

    public Task FailWorkflowTaskAsync(RespondWorkflowTaskFailedRequest request, CancellationToken cancellationToken)
    {
        Answer("RespondWorkflowTaskFailed", request);
        return Task.CompletedTask;
    }

    public Task RespondQueryAsync(RespondQueryTaskCompletedRequest request, CancellationToken cancellationToken)
    {
        Answer("RespondQueryTaskCompleted", request);
        return Task.CompletedTask;
    }

    public Task<GetWorkflowExecutionHistoryResponse> GetHistoryAsync(GetWorkflowExecutionHistoryRequest request, CancellationToken cancellationToken)
    {
        var call = _open.FirstOrDefault(c => c.Method == "GetWorkflowExecutionHistory"
            && (string?)c.Request["execution"]?["runId"] == request.Execution.RunId
            && ((string?)c.Request["nextPageToken"] ?? string.Empty) == request.NextPageToken.ToBase64());
        Assert.True(call is not null, $"{name}: history of '{request.Execution.WorkflowId}' was not asked for in the recording.");
        _open.Remove(call);
        return Task.FromResult(Transcript.Parse<GetWorkflowExecutionHistoryResponse>(call.Response!));
    }

    public bool Knows(string activityType) => true;

    public async Task<LocalActivityOutcome> ExecuteAsync(LocalActivityAttempt attempt, CancellationToken cancellationToken)
    {
        var args = attempt.Input.Select(p => JsonNode.Parse(p.Data.Span)).ToList();
        switch (attempt.ActivityType)
        {
            case "Greet":
                return Result($"Hello, {args[0]}!");
            case "Add":
                return Result((int)args[0]! + (int)args[1]!);
            case "SleepMs":
                await Task.Delay((int)args[0]!, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return cancellationToken.IsCancellationRequested ? new(null, null, true) : Result($"slept {args[0]}");
            case "FailUntil" when attempt.Attempt < (int)args[0]!:
                return Fails($"attempt {attempt.Attempt} fails", "Flaky", false, new { Attempt = attempt.Attempt });
            case "FailUntil":
                return Result($"ok at attempt {attempt.Attempt}");
            case "FailWith":
                return Fails((string)args[0]!, (string)args[1]!, (bool)args[2]!, "detail-1", new { Code = 7 });
            default:
                return Result(args[0]);
        }
    }

    private static LocalActivityOutcome Result(object? value) => new(DataConverter.Default.PayloadConverter.ToPayload(value), null, false);

    private static LocalActivityOutcome Fails(string message, string type, bool nonRetryable, params object?[] details) => new(null, new Failure
    {
        Message = message,
        ApplicationFailureInfo = new()
        {
            Type = type,
            NonRetryable = nonRetryable,
            Details = new() { Payloads_ = { DataConverter.Default.PayloadConverter.ToPayloads(details) } },
        },
    }, false);

    private static string Token(JsonObject request) => Encoding.UTF8.GetString(Convert.FromBase64String((string)request["taskToken"]!));

    private JsonObject Answer(string method, IMessage request)
    {
        var seen = Transcript.ToJson(request);
        var call = _open.FirstOrDefault(c => c.Method == method && (string)c.Request["taskToken"]! == (string)seen["taskToken"]!);
        if (call is null)
        {
            _problems.Add($"{Token(seen)}: {method} is not in the recording: {seen.ToJsonString()}");
            throw new RpcException(RpcException.StatusCode.NotFound, "Workflow task not found.", null);
        }

        _open.Remove(call);
        var expected = CompletionForm.Normalise(call.Request, name);
        var actual = CompletionForm.Normalise(seen, name);
        if (CompletionForm.Difference(expected, actual) is { } difference)
        {
            _problems.Add($"{Token(seen)} {method} {difference}");
        }

        return call.Code == "OK" ? call.Response! : throw new RpcException(
            call.Code == "NOT_FOUND" ? RpcException.StatusCode.NotFound : RpcException.StatusCode.InvalidArgument, call.Message ?? string.Empty, null);
    }
}
