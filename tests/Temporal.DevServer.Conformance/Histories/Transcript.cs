using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Histories;

/// <summary>A recorded conversation of client and workers with the server, and the histories that came of it.</summary>
public sealed class Transcript
{
    private static readonly Dictionary<string, string[]> Effects = new(StringComparer.Ordinal)
    {
        ["StartWorkflowExecution"] = ["WORKFLOW_EXECUTION_STARTED"],
        ["SignalWithStartWorkflowExecution"] = ["WORKFLOW_EXECUTION_SIGNALED"],
        ["SignalWorkflowExecution"] = ["WORKFLOW_EXECUTION_SIGNALED"],
        ["RequestCancelWorkflowExecution"] = ["WORKFLOW_EXECUTION_CANCEL_REQUESTED"],
        ["TerminateWorkflowExecution"] = ["WORKFLOW_EXECUTION_TERMINATED"],
        ["RespondWorkflowTaskCompleted"] = ["WORKFLOW_TASK_COMPLETED", "WORKFLOW_TASK_FAILED"],
        ["RespondWorkflowTaskFailed"] = ["WORKFLOW_TASK_FAILED"],
        ["RespondActivityTaskCompleted"] = ["ACTIVITY_TASK_COMPLETED"],
        ["RespondActivityTaskFailed"] = ["ACTIVITY_TASK_FAILED"],
        ["RespondActivityTaskCanceled"] = ["ACTIVITY_TASK_CANCELED"],
    };

    private static readonly HashSet<string> EndingCommands = new(
        ["COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION", "COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION", "COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION"], StringComparer.Ordinal);

    private readonly double _zero;
    private readonly Dictionary<string, JsonObject> _tasks;

    /// <summary>Reads a transcript with its histories.</summary>
    public Transcript(string file, IEnumerable<string> histories)
    {
        Id = Path.GetFileName(file).Replace(".transcript.jsonl", "", StringComparison.Ordinal);
        Calls = [.. File.ReadLines(file).Where(l => l.Length > 0).Select(l => new RecordedCall(JsonNode.Parse(l)!.AsObject()))];
        Histories = [.. histories.Select(h => new RecordedHistory(h)).OrderBy(h => h.Events[0].Time)];
        NameRuns();
        DropStrangers(File.ReadAllText(file));
        _tasks = Tasks();
        _zero = Zero();
        Steps = [.. Plan().Concat(Shutdowns()).OrderBy(s => s.Time).ThenBy(s => s.Call.Number)];
    }

    /// <summary>The file's name without its end.</summary>
    public string Id { get; }

    /// <summary>The calls in the order of the file.</summary>
    public IReadOnlyList<RecordedCall> Calls { get; }

    /// <summary>The histories, oldest first.</summary>
    public IReadOnlyList<RecordedHistory> Histories { get; private set; }

    /// <summary>What to do, in order.</summary>
    public IReadOnlyList<Step> Steps { get; }

    /// <summary>The server told workers to continue as new long before a run was long.</summary>
    public bool SuggestsEarly => Histories.Any(h => h.Events.Any(e => e.Id < 1000 && e.Attributes["suggestContinueAsNew"] is not null));

    /// <summary>When the event happened, in milliseconds of the scenario.</summary>
    public double TimeOf(RecordedEvent e) => e.Time - _zero;

    /// <summary>The signals that the transcript leaves out, and stands for with the only one it keeps: those before and those after it.</summary>
    public (IReadOnlyList<JsonObject> Before, IReadOnlyList<JsonObject> After) Repeats(RecordedCall call)
    {
        if (call.Method != "SignalWorkflowExecution" || Calls.Count(c => c.Method == call.Method) > 1)
        {
            return ([], []);
        }

        var signals = Histories.Where(h => h.WorkflowId == call.Request["workflowExecution"]!["workflowId"]!.ToString()).SelectMany(h => h.Events)
            .Where(e => e.Type == "WORKFLOW_EXECUTION_SIGNALED" && e.Attributes["signalName"]?.ToString() == call.Request["signalName"]?.ToString() &&
                e.Attributes["identity"]?.ToString() == call.Request["identity"]?.ToString())
            .DistinctBy(e => e.Attributes["requestId"]?.ToString()).ToList();
        var own = signals.FindIndex(e => e.Attributes["requestId"]?.ToString() == call.Request["requestId"]?.ToString());
        JsonObject Like(RecordedEvent e)
        {
            var request = call.Request.DeepClone().AsObject();
            request["requestId"] = e.Attributes["requestId"]?.ToString();
            request["input"] = e.Attributes["input"]?.DeepClone();
            return request;
        }

        return own < 0 ? ([], []) : ([.. signals.Take(own).Select(Like)], [.. signals.Skip(own + 1).Select(Like)]);
    }

    /// <summary>Runs that a reset made keep the first event of the run before them: their ids are in the calls' answers.</summary>
    private void NameRuns()
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var history in Histories)
        {
            if (!taken.Add(history.RunId))
            {
                var failed = history.Events.FirstOrDefault(e => e.Type == "WORKFLOW_TASK_FAILED" && e.Attributes["newRunId"] is not null);
                history.RunId = failed?.Attributes["newRunId"]?.ToString() ?? history.RunId;
                taken.Add(history.RunId);
            }
        }

        // Of two histories that begin alike the one with the reset in it is the later run, whatever the order of the files.
        foreach (var pair in Histories.GroupBy(h => h.Events[0].Attributes["originalExecutionRunId"]!.ToString(), StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            foreach (var history in pair)
            {
                var reset = history.Events.LastOrDefault(e => e.Type == "WORKFLOW_TASK_FAILED" && e.Attributes["newRunId"] is not null);
                history.RunId = reset?.Attributes["newRunId"]!.ToString() ?? pair.Key;
            }
        }
    }

    /// <summary>Histories that another play of the scenario left: no call knows of their runs, and no other history.</summary>
    private void DropStrangers(string text)
    {
        var known = Histories.Where(h => text.Contains(h.RunId, StringComparison.Ordinal)).ToList();
        for (var before = -1; before != known.Count;)
        {
            before = known.Count;
            known = [.. Histories.Where(h => known.Contains(h) || known.Any(k => k.Events.Any(e => e.Json.ToJsonString().Contains(h.RunId, StringComparison.Ordinal))))];
        }

        Histories = known;
    }

    /// <summary>Every task that a worker was given, by its token.</summary>
    private Dictionary<string, JsonObject> Tasks()
    {
        var tasks = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var response in Calls.Select(c => c.Response).OfType<JsonObject>())
        {
            foreach (var task in new[] { response, response["workflowTask"] as JsonObject }.Concat((response["activityTasks"]?.AsArray() ?? []).Select(t => t as JsonObject)))
            {
                if (task?["taskToken"] is { } token)
                {
                    tasks[token.ToString()] = task;
                }
            }
        }

        return tasks;
    }

    /// <summary>The run whose task the call answers, or null.</summary>
    public RecordedHistory? RunOf(RecordedCall call) =>
        call.Request["taskToken"]?.ToString() is { } token && _tasks.TryGetValue(token, out var task)
            ? Histories.FirstOrDefault(h => h.RunId == task["workflowExecution"]?["runId"]?.ToString())
            : null;

    /// <summary>The event that the call wrote, when the recording lets it be known.</summary>
    private RecordedEvent? Effect(RecordedCall call)
    {
        if (call.Code != "OK" || !Effects.TryGetValue(call.Method, out var types))
        {
            return null;
        }

        if (call.Method is "StartWorkflowExecution" or "SignalWithStartWorkflowExecution" && call.Response?["started"] is not null)
        {
            return Histories.FirstOrDefault(h => h.RunId == call.Response["runId"]?.ToString())?.Events[0];
        }

        if (call.Request["taskToken"]?.ToString() is { } token && _tasks.TryGetValue(token, out var task))
        {
            var history = Histories.FirstOrDefault(h => h.RunId == task["workflowExecution"]?["runId"]?.ToString());
            if (task["activityId"]?.ToString() is { } activity)
            {
                var scheduled = history?.Events.FirstOrDefault(e => e.Type == "ACTIVITY_TASK_SCHEDULED" && e.Attributes["activityId"]?.ToString() == activity)?.Json["eventId"]?.ToString();
                return history?.Events.FirstOrDefault(e => types.Contains(e.Type) && e.Attributes["scheduledEventId"]?.ToString() == scheduled);
            }

            return history?.Events.FirstOrDefault(e => types.Contains(e.Type) && e.Attributes["startedEventId"]?.ToString() == task["startedEventId"]?.ToString());
        }

        return call.Request["requestId"]?.ToString() is { } id
            ? Histories.SelectMany(h => h.Events).FirstOrDefault(e => types.Contains(e.Type) && e.Attributes["requestId"]?.ToString() == id)
            : null;
    }

    /// <summary>The scenario's beginning on the server's clock: every call began before what it did and ended after it.</summary>
    private double Zero()
    {
        var (low, high) = (double.MinValue, double.MaxValue);
        foreach (var call in Calls)
        {
            var time = call.IsPoll && call.Response?["startedTime"] is { } started ? RecordedEvent.Clock(started.ToString()) : Effect(call)?.Time;
            if (time is { } known && known - call.Start + 1 > low && known - call.End - 1 < high)
            {
                low = Math.Max(low, known - call.End - 1);
                high = Math.Min(high, known - call.Start + 1);
            }
        }

        return (low + high) / 2;
    }

    /// <summary>
    /// A worker that stops says so, in a call that is not recorded: from then on its tasks are on the normal queue. It shows where a task
    /// that was scheduled on a sticky queue is polled from the normal one, or is scheduled there though the worker asked for sticky tasks.
    /// </summary>
    private IEnumerable<Step> Shutdowns()
    {
        var completed = Calls.Where(c => c.Method == "RespondWorkflowTaskCompleted" && c.Code == "OK").ToLookup(Effect);
        foreach (var history in Histories)
        {
            string? sticky = null;
            foreach (var e in history.Events)
            {
                if (e.Type is "WORKFLOW_TASK_COMPLETED")
                {
                    sticky = completed[e].FirstOrDefault()?.Request["stickyAttributes"]?["workerTaskQueue"]?["name"]?.ToString();
                }
                else if (e.Type is "WORKFLOW_TASK_FAILED" or "WORKFLOW_TASK_TIMED_OUT")
                {
                    sticky = null;
                }
                else if (e.Type is "WORKFLOW_TASK_SCHEDULED" && sticky is not null &&
                    (e.Attributes["taskQueue"]?["kind"]?.ToString() != "TASK_QUEUE_KIND_STICKY" || IsPolledFromNormal(history, e)))
                {
                    var line = new JsonObject
                    {
                        ["n"] = 0, ["startMs"] = TimeOf(e), ["endMs"] = TimeOf(e), ["side"] = "worker", ["method"] = "ShutdownWorker", ["code"] = "OK",
                        ["request"] = new JsonObject { ["namespace"] = "default", ["stickyTaskQueue"] = sticky },
                    };
                    yield return new Step(TimeOf(e) - 1, StepKind.Call, new RecordedCall(line));
                    sticky = null;
                }
            }
        }
    }

    private bool IsPolledFromNormal(RecordedHistory history, RecordedEvent scheduled)
    {
        var started = history.Events.FirstOrDefault(e => e.Type == "WORKFLOW_TASK_STARTED" && e.Attributes["scheduledEventId"]?.ToString() == scheduled.Json["eventId"]!.ToString());
        return started is not null && Calls.Any(c => c.Method == "PollWorkflowTaskQueue" && c.StickyQueue is null &&
            c.Response?["startedEventId"]?.ToString() == started.Json["eventId"]!.ToString() && c.Response["workflowExecution"]?["runId"]?.ToString() == history.RunId);
    }

    private IEnumerable<Step> Plan()
    {
        var used = new HashSet<RecordedEvent>();
        var sticky = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var call in Calls.OrderBy(c => c.Start))
        {
            if (call.IsPoll)
            {
                var time = call.Response?["startedTime"] is { } started ? RecordedEvent.Clock(started.ToString()) - _zero : call.End - 1;
                if (call.StickyQueue is { } queue && time - call.Start > 5 && (!sticky.TryGetValue(queue, out var last) || call.Start - last > 4000))
                {
                    yield return new Step(call.Start, StepKind.Touch, call);
                }

                if (call.StickyQueue is { } polled)
                {
                    sticky[polled] = time;
                }

                yield return new Step(Math.Clamp(time, call.Start, call.End), StepKind.Poll, call);
            }
            else if (call.Blocks)
            {
                yield return new Step(call.Start, StepKind.Begin, call);
                yield return new Step(call.End + 0.5, StepKind.End, call);
            }
            else
            {
                var effect = Effect(call);
                if (effect is null && call.Code == "OK" && Effects.TryGetValue(call.Method, out var types))
                {
                    effect = Histories.SelectMany(h => h.Events.Where(e => types.Contains(e.Type) && Fits(call, h, e) && !used.Contains(e)))
                        .Where(e => TimeOf(e) >= call.Start - 2 && TimeOf(e) <= call.End + 2).MinBy(e => e.Time);
                }

                if (effect is not null)
                {
                    used.Add(effect);
                }

                var time = effect is null ? call.Start : Math.Clamp(TimeOf(effect), call.Start, call.End);
                yield return new Step(Noticed(call, time), StepKind.Call, call);
            }
        }
    }

    /// <summary>
    /// A run's end is told to its parent and children a moment later, here at once. For those who are told it ends when they learn of it, if
    /// nobody asks for the ended workflow before.
    /// </summary>
    private double Noticed(RecordedCall call, double time)
    {
        if (RunOf(call) is not { } run || call.Request["commands"]?.AsArray().Any(c => EndingCommands.Contains(c!["commandType"]!.ToString())) != true)
        {
            return time;
        }

        var told = Histories.Where(h => h != run).SelectMany(h => h.Events.Where(e => IsToldBy(run, h, e))).Select(TimeOf).DefaultIfEmpty(time).Min() - 1;
        var asked = Calls.Where(c => c.Start > call.Start && c.Request.ToJsonString().Contains($"\"{run.WorkflowId}\"", StringComparison.Ordinal)).Select(c => c.Start)
            .Concat(Calls.Where(c => c.Blocks && c.End > time).Select(c => c.End)).DefaultIfEmpty(double.MaxValue).Min() - 1;
        return Math.Max(time, Math.Min(told, asked));
    }

    private static bool IsToldBy(RecordedHistory run, RecordedHistory history, RecordedEvent e) =>
        e.Attributes["externalWorkflowExecution"]?["runId"]?.ToString() == run.RunId ||
        (e.Type.StartsWith("CHILD_WORKFLOW_EXECUTION_", StringComparison.Ordinal) && e.Type != "CHILD_WORKFLOW_EXECUTION_STARTED" &&
            e.Attributes["workflowExecution"]?["runId"]?.ToString() == run.RunId) ||
        (e.Type == "WORKFLOW_EXECUTION_TERMINATED" && e.Attributes["identity"]?.ToString() == "history-service" &&
            history.Events[0].Attributes["parentWorkflowExecution"]?["runId"]?.ToString() == run.RunId);

    private static bool Fits(RecordedCall call, RecordedHistory history, RecordedEvent e)
    {
        if (call.Request["requestId"]?.ToString() is { } id && e.Attributes["requestId"]?.ToString() is { } other)
        {
            return id == other;
        }

        var workflow = call.Request["workflowExecution"]?["workflowId"]?.ToString() ?? call.Request["workflowId"]?.ToString();
        return (workflow is null || workflow == history.WorkflowId) &&
            (call.Request["signalName"] is not { } signal || signal.ToString() == e.Attributes["signalName"]?.ToString()) &&
            (call.Request["identity"] is not { } who || e.Attributes["identity"] is not { } by || who.ToString() == by.ToString());
    }
}
