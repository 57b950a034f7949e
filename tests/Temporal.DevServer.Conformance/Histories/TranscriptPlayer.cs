using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Histories;

/// <summary>
/// Plays client and workers of a transcript. Every call is made where it took effect in the recording, one after another, so that the order
/// of events does not depend on how fast the server is; what the server does by itself (timers, timeouts, children) is waited for.
/// </summary>
public sealed class TranscriptPlayer(Transcript transcript, WireClient client)
{
    private const string Service = "/temporal.api.workflowservice.v1.WorkflowService/";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly HashSet<string> ByServer = new(
        [
            "TIMER_FIRED", "ACTIVITY_TASK_TIMED_OUT", "WORKFLOW_TASK_TIMED_OUT", "WORKFLOW_EXECUTION_TIMED_OUT", "CHILD_WORKFLOW_EXECUTION_STARTED",
            "CHILD_WORKFLOW_EXECUTION_COMPLETED", "CHILD_WORKFLOW_EXECUTION_FAILED", "CHILD_WORKFLOW_EXECUTION_CANCELED", "CHILD_WORKFLOW_EXECUTION_TERMINATED",
            "CHILD_WORKFLOW_EXECUTION_TIMED_OUT", "START_CHILD_WORKFLOW_EXECUTION_FAILED", "EXTERNAL_WORKFLOW_EXECUTION_SIGNALED",
            "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED", "EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED", "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED",
            "WORKFLOW_EXECUTION_CANCEL_REQUESTED", "WORKFLOW_EXECUTION_SIGNALED", "WORKFLOW_EXECUTION_TERMINATED", "WORKFLOW_EXECUTION_STARTED",
        ], StringComparer.Ordinal);

    private readonly Identities _ids = new();
    private readonly Dictionary<RecordedCall, Task<WireAnswer>> _begun = [];
    private readonly List<(string Method, JsonObject Task)> _received = [];
    private readonly List<(double Recorded, long Ours)> _marks = [];
    private readonly HashSet<RecordedEvent> _awaited = [];
    private readonly List<string> _differences = [];

    /// <summary>Plays the transcript; returns the differences, none when all was as recorded.</summary>
    public async Task<List<string>> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var step in transcript.Steps)
            {
                await AwaitServerAsync(step.Time, cancellationToken);
                await DoAsync(step, cancellationToken);
                _marks.Add((step.Time, Stopwatch.GetTimestamp()));
                if (_differences.Count > 30)
                {
                    break;
                }
            }

            foreach (var history in transcript.Histories)
            {
                await CompareHistoryAsync(history, cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _differences.Add($"{e.GetType().Name} {e.Message} {e.StackTrace}");
        }

        return _differences;
    }

    private async Task DoAsync(Step step, CancellationToken cancellationToken)
    {
        var call = step.Call;
        switch (step.Kind)
        {
            case StepKind.Touch:
                await TouchAsync(call, cancellationToken);
                break;
            case StepKind.Poll:
                await PollAsync(call, cancellationToken);
                break;
            case StepKind.Begin:
                _begun[call] = CallAsync(call.Method, call.Request, TimeSpan.FromSeconds(60), cancellationToken);
                await Task.WhenAny(_begun[call], Task.Delay(60, cancellationToken));
                break;
            case StepKind.End:
                Check(call, await _begun[call].WaitAsync(Patience + TimeSpan.FromMilliseconds(call.End - call.Start), cancellationToken));
                break;
            default:
                var (before, after) = transcript.Repeats(call);
                foreach (var repeat in before)
                {
                    await CallAsync(call.Method, repeat, Patience, cancellationToken);
                }

                await AwaitAgeAsync(step, cancellationToken);
                Check(call, await CallAsync(call.Method, call.Request, Patience, cancellationToken));
                foreach (var repeat in after)
                {
                    await CallAsync(call.Method, repeat, Patience, cancellationToken);
                }

                break;
        }
    }

    /// <summary>A run that continues as new within a second is held back by the server: where the recorded one was not, ours must be as old.</summary>
    private async Task AwaitAgeAsync(Step step, CancellationToken cancellationToken)
    {
        if (step.Call.Request["commands"]?.AsArray().Any(c => c?["continueAsNewWorkflowExecutionCommandAttributes"] is not null) != true ||
            transcript.RunOf(step.Call) is not { } run || transcript.Histories.FirstOrDefault(h => h.Events[0].Attributes["continuedExecutionRunId"]?.ToString() == run.RunId) is not { } next ||
            next.Events[0].Attributes["firstWorkflowTaskBackoff"] is not null)
        {
            return;
        }

        var began = transcript.TimeOf(run.Events[0]) + (Seconds(run.Events[0].Attributes["firstWorkflowTaskBackoff"]?.ToString()) * 1000);
        var mark = _marks.FirstOrDefault(m => m.Recorded >= began - 1).Ours;
        var left = TimeSpan.FromMilliseconds(1050) - (mark == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(mark));
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, cancellationToken);
        }
    }

    private Task<WireAnswer> CallAsync(string method, JsonObject request, TimeSpan deadline, CancellationToken cancellationToken) =>
        client.CallAsync(Service + method, _ids.Put(request)!, deadline, null, cancellationToken);

    private async Task TouchAsync(RecordedCall call, CancellationToken cancellationToken)
    {
        using var brief = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        brief.CancelAfter(250);
        try
        {
            var answer = await CallAsync(call.Method, call.Request, Patience, brief.Token);
            Receive(call.Method, answer.Response);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return; // nothing was there, as expected: the server knows the worker now
        }
    }

    private async Task PollAsync(RecordedCall call, CancellationToken cancellationToken)
    {
        var recorded = call.Response!;
        var until = Stopwatch.GetTimestamp() + (long)((Patience.TotalSeconds + (call.End - call.Start) / 1000) * Stopwatch.Frequency);
        while (true)
        {
            if (_received.FindIndex(r => r.Method == call.Method && IsTask(recorded, r.Task)) is var index and >= 0)
            {
                var task = _received[index].Task;
                _received.RemoveAt(index);
                Name(recorded, task);
                Compare(recorded, task, $"/{call.Number} {call.Method}");
                return;
            }

            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), until);
            if (left < TimeSpan.FromSeconds(3))
            {
                throw new InvalidOperationException($"/{call.Number} {call.Method} {call.Request["taskQueue"]}: no task came as recorded; others seen: {string.Join(", ", _received.Select(r => $"{r.Method} {r.Task["activityId"]} {r.Task["workflowExecution"]}"))}");
            }

            var answer = await CallAsync(call.Method, call.Request, left, cancellationToken);
            if (answer.Code is not ("OK" or "DEADLINE_EXCEEDED"))
            {
                throw new InvalidOperationException($"/{call.Number} {call.Method}: {answer.Code} {answer.Message}");
            }

            Receive(call.Method, answer.Response);
        }
    }

    private void Receive(string method, JsonNode? response)
    {
        if (response?["taskToken"] is not null)
        {
            _received.Add((method, response.AsObject()));
        }
    }

    private bool IsTask(JsonObject recorded, JsonObject seen)
    {
        var (left, right) = (recorded["workflowExecution"], seen["workflowExecution"]);
        return left?["workflowId"]?.ToString() == right?["workflowId"]?.ToString() &&
            (_ids.Find(left?["runId"]?.ToString() ?? "") is not { } run || run == right?["runId"]?.ToString()) &&
            recorded["activityId"]?.ToString() == seen["activityId"]?.ToString() &&
            recorded["query"] is null == seen["query"] is null;
    }

    private void Name(JsonObject recorded, JsonObject seen)
    {
        _ids.Learn(recorded["workflowExecution"]?["runId"]?.ToString(), seen["workflowExecution"]?["runId"]?.ToString());
        _ids.Learn(recorded["taskToken"]?.ToString(), seen["taskToken"]?.ToString());
        _ids.Learn(recorded["nextPageToken"]?.ToString(), seen["nextPageToken"]?.ToString());
    }

    private void Check(RecordedCall call, WireAnswer answer)
    {
        var path = $"/{call.Number} {call.Method}";
        if (answer.Code != call.Code)
        {
            _differences.Add($"{path}: code {answer.Code} '{answer.Message}', recorded {call.Code} '{call.Message}'");
            return;
        }

        if (call.Code != "OK")
        {
            if (!_ids.Matches(call.Message, answer.Message))
            {
                _differences.Add($"{path}: message '{answer.Message}', recorded '{call.Message}'");
            }

            Compare(call.Details, new JsonArray([.. answer.Details.Select(WithoutPrefix)]), path + "/details");
            return;
        }

        var (recorded, seen) = (call.Response ?? [], answer.Response?.AsObject() ?? []);
        _ids.Learn(recorded["runId"]?.ToString(), seen["runId"]?.ToString());
        if (recorded["workflowTask"] is JsonObject inline && seen["workflowTask"] is JsonObject given)
        {
            Name(inline, given);
        }
        else if (seen["workflowTask"] is JsonObject surplus)
        {
            Receive("PollWorkflowTaskQueue", surplus);
        }

        foreach (var task in recorded["activityTasks"]?.AsArray() ?? [])
        {
            if (seen["activityTasks"]?.AsArray().FirstOrDefault(t => t!["activityId"]!.ToString() == task!["activityId"]!.ToString()) is JsonObject eager)
            {
                Name(task!.AsObject(), eager);
            }
        }

        Compare(recorded, seen, path);
    }

    private void Compare(JsonNode? recorded, JsonNode? seen, string path)
    {
        var comparison = new RunComparison(_ids);
        comparison.Compare(recorded, seen, path);
        _differences.AddRange(comparison.Differences);
    }

    /// <summary>Waits until the server has done what it had done by then in the recording.</summary>
    private async Task AwaitServerAsync(double time, CancellationToken cancellationToken)
    {
        foreach (var history in transcript.Histories)
        {
            foreach (var e in history.Events.Where(e => transcript.TimeOf(e) < time - 0.5 && ByServer.Contains(e.Type) && !IsOfClient(e)))
            {
                if (_awaited.Add(e))
                {
                    await AwaitEventAsync(history, e, cancellationToken);
                }
            }
        }
    }

    private static bool IsOfClient(RecordedEvent e) => e.Attributes["identity"]?.ToString() == "client@host";

    private async Task AwaitEventAsync(RecordedHistory history, RecordedEvent e, CancellationToken cancellationToken)
    {
        if (history.WasBuffered(e))
        {
            // It cannot be seen before its workflow task ends: give it the time it needs.
            var cause = e.Type == "TIMER_FIRED" ? history.Events.First(s => s.Id.ToString(System.Globalization.CultureInfo.InvariantCulture) == e.Attributes["startedEventId"]!.ToString()) : null;
            var delay = cause is null ? 100 : Seconds(cause.Attributes["startToFireTimeout"]?.ToString()) * 1000 + 100;
            var from = cause is null ? transcript.TimeOf(e) : transcript.TimeOf(cause);
            var mark = _marks.LastOrDefault(m => m.Recorded <= from + 1).Ours;
            var left = delay - (mark == 0 ? 0 : Stopwatch.GetElapsedTime(mark).TotalMilliseconds);
            if (left > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(left), cancellationToken);
            }

            return;
        }

        var until = Stopwatch.GetTimestamp() + (8 * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < until)
        {
            if (_ids.Find(history.RunId) is null && _ids.Find(history.Events[0].Attributes["firstExecutionRunId"]?.ToString() ?? "") is null && e.Id > 1)
            {
                return;
            }

            var events = await HistoryAsync(history, cancellationToken);
            if (events is not null && events.Any(x => x!["eventId"]!.ToString() == e.Json["eventId"]!.ToString()))
            {
                return;
            }

            await Task.Delay(25, cancellationToken);
        }
    }

    private static double Seconds(string? duration) =>
        duration is null ? 0 : double.Parse(duration.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture);

    private async Task CompareHistoryAsync(RecordedHistory history, CancellationToken cancellationToken)
    {
        var end = transcript.Steps.Count == 0 ? 0 : transcript.Steps[^1].Time;
        var tail = Math.Max(0, transcript.TimeOf(history.Events[^1]) - end);
        var until = Stopwatch.GetTimestamp() + (long)((4 + tail / 1000) * Stopwatch.Frequency);
        JsonArray? events;
        do
        {
            events = await HistoryAsync(history, cancellationToken);
            if (events?.Count >= history.Events.Count)
            {
                break;
            }

            await Task.Delay(25, cancellationToken);
        }
        while (Stopwatch.GetTimestamp() < until);
        Compare(new JsonArray([.. history.Events.Select(e => e.Json.DeepClone())]), events ?? [], history.Name);
    }

    /// <summary>All events of the run that stands for the recorded one, or null when there is none yet.</summary>
    private async Task<JsonArray?> HistoryAsync(RecordedHistory history, CancellationToken cancellationToken)
    {
        var all = new JsonArray();
        var token = "";
        do
        {
            var request = new JsonObject
            {
                ["namespace"] = "default",
                ["execution"] = new JsonObject { ["workflowId"] = history.WorkflowId, ["runId"] = _ids.Find(history.RunId) ?? "" },
                ["nextPageToken"] = token,
            };
            var answer = await client.CallAsync(Service + "GetWorkflowExecutionHistory", request, Patience, null, cancellationToken);
            if (answer.Code != "OK")
            {
                return null;
            }

            foreach (var e in answer.Response!["history"]?["events"]?.AsArray() ?? [])
            {
                all.Add(e!.DeepClone());
            }

            token = answer.Response["nextPageToken"]?.ToString() ?? "";
        }
        while (token.Length > 0);
        if (_ids.Find(history.RunId) is null && all.Count > 0 && all[0]!["workflowExecutionStartedEventAttributes"]?["originalExecutionRunId"]?.ToString() is { } seen)
        {
            // Only the newest run of the workflow can be asked for without an id: it is the one meant unless it is known as another.
            if (transcript.Histories.Any(h => _ids.Find(h.RunId) == seen))
            {
                return null;
            }

            _ids.Learn(history.RunId, seen);
        }

        return all;
    }

    private static JsonNode WithoutPrefix(JsonNode? detail)
    {
        var copy = detail!.DeepClone().AsObject();
        var type = copy["@type"]!.GetValue<string>();
        copy["@type"] = type[(type.LastIndexOf('/') + 1)..];
        return copy;
    }
}
