using System.Diagnostics;
using System.Text.Json.Nodes;
using Orchestrator.TestKit;

namespace Temporal.DevServer.Conformance.Histories;

/// <summary>
/// Plays client and workers of a transcript to a server of its own. Every call is made where it took effect in the recording, one after
/// another, and the server's clock stands where the recorded one stood, so that the order of events does not depend on how fast the server
/// is; what the server does by itself (timers, timeouts, children) is waited for. A call that waits for others is given
/// <paramref name="arrival"/> of real time to reach the server, since nothing tells that it did.
/// </summary>
public sealed class TranscriptPlayer(Transcript transcript, WireClient client, ManualTime clock, TimeSpan arrival)
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
    private readonly DateTimeOffset _zero = clock.GetUtcNow();
    private readonly HashSet<RecordedEvent> _awaited = [];
    private readonly List<(RecordedHistory History, RecordedEvent Event)> _byServer =
        [.. transcript.Histories.SelectMany(h => h.Events.Where(e => ByServer.Contains(e.Type) && !IsOfClient(e)).Select(e => (h, e))).OrderBy(x => x.e.Time)];

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
                if (_differences.Count > 30)
                {
                    break;
                }
            }

            await AwaitServerAsync(double.MaxValue, cancellationToken);
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
        if (step.Kind is not (StepKind.Poll or StepKind.End))
        {
            SetClock(step.Time);
        }

        switch (step.Kind)
        {
            case StepKind.Touch:
                await TouchAsync(call, cancellationToken);
                break;
            case StepKind.Poll:
                await PollAsync(step, cancellationToken);
                break;
            case StepKind.Begin:
                _begun[call] = CallAsync(call.Method, call.Request, TimeSpan.FromSeconds(60), cancellationToken);
                await Task.WhenAny(_begun[call], Task.Delay(arrival, cancellationToken));
                break;
            case StepKind.End:
                await PassTimeAsync(_begun[call], step.Time, cancellationToken);
                Check(call, await _begun[call]);
                break;
            default:
                if (call.Code != "OK")
                {
                    clock.Advance(TimeSpan.Zero); // what refused it may be a deadline that no event tells of
                }

                var (before, after) = transcript.Repeats(call);
                foreach (var repeat in before)
                {
                    await CallAsync(call.Method, repeat, Patience, cancellationToken);
                }

                Check(call, await CallAsync(call.Method, call.Request, Patience, cancellationToken));
                foreach (var repeat in after)
                {
                    await CallAsync(call.Method, repeat, Patience, cancellationToken);
                }

                break;
        }
    }

    /// <summary>
    /// The server's clock goes on to where the recorded one was, but nothing fires yet: a real server notices deadlines up to a second late, and
    /// when it did so is in the recording.
    /// </summary>
    private void SetClock(double time)
    {
        var behind = _zero + TimeSpan.FromMilliseconds(time) - clock.GetUtcNow();
        if (behind > TimeSpan.Zero)
        {
            clock.Set(behind);
        }
    }

    /// <summary>Lets time go by until the task is done, from deadline to deadline up to the given time, then slowly.</summary>
    private async Task PassTimeAsync(Task until, double time, CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(until, Task.Delay(25, cancellationToken)) != until)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var behind = _zero + TimeSpan.FromMilliseconds(time) - clock.GetUtcNow();
            var next = clock.Armed is [var first, ..] && first < behind ? first : behind;
            clock.Advance(next > TimeSpan.Zero ? next : TimeSpan.FromMilliseconds(behind > TimeSpan.Zero ? 0 : 5));
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

    private async Task PollAsync(Step step, CancellationToken cancellationToken)
    {
        var call = step.Call;
        var recorded = call.Response!;
        var until = Stopwatch.GetTimestamp() + (long)(Patience.TotalSeconds * Stopwatch.Frequency);
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

            var poll = CallAsync(call.Method, call.Request, left, cancellationToken);
            await PassTimeAsync(poll, step.Time, cancellationToken);
            var answer = await poll;
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
        foreach (var (history, e) in _byServer.Where(x => transcript.TimeOf(x.Event) < time - 0.5 && !_awaited.Contains(x.Event)).ToList())
        {
            _awaited.Add(e);
            SetClock(transcript.TimeOf(e));
            clock.Advance(TimeSpan.Zero);
            await AwaitEventAsync(history, e, cancellationToken);
        }
    }

    private static bool IsOfClient(RecordedEvent e) => e.Attributes["identity"]?.ToString() == "client@host";

    private async Task AwaitEventAsync(RecordedHistory history, RecordedEvent e, CancellationToken cancellationToken)
    {
        if (history.WasBuffered(e))
        {
            await Task.Delay(100, cancellationToken); // it cannot be seen before its workflow task ends
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
            clock.Advance(TimeSpan.FromMilliseconds(1)); // a call's time is known to a few milliseconds only
        }
    }

    private async Task CompareHistoryAsync(RecordedHistory history, CancellationToken cancellationToken)
    {
        var until = Stopwatch.GetTimestamp() + (4 * Stopwatch.Frequency);
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
