using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance.Schedules;

/// <summary>
/// Recorded behaviour, made again: workflows end when they did in the recording, the recorder's calls come at their times, and the schedule
/// must look the same whenever it was described and start the same workflows.
/// </summary>
public sealed partial class BehaviourCase(WireClient client, JsonObject recording)
{
    private const string Namespace = SchedulesGroup.Namespace;
    private readonly string _id = recording["id"]!.ToString();
    private readonly List<string> _differences = [];
    private readonly List<(double At, Func<Task> Do)> _script = [];
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private ScheduleClock _clock = ScheduleClock.Ahead(1);
    private HandWorker? _worker;

    private JsonObject? Setup => recording["setup"] as JsonObject;

    private JsonArray Runs => (recording["again"]?["runs"] ?? recording["runsLater"] ?? recording["runs"])?.AsArray() ?? [];

    private string Queue => $"q-{_id}";

    /// <summary>Makes it again; returns the differences.</summary>
    public async Task<List<string>> RunAsync()
    {
        if (_id == "request-ids")
        {
            return await new RequestIdCase(client, recording).RunAsync();
        }

        var interval = Interval();
        _clock = ScheduleClock.Ahead(interval <= 10 ? interval : 2);
        _worker = new HandWorker(client, Queue, _clock, Plan);
        using var stop = new CancellationTokenSource();
        var work = _worker.RunAsync(stop.Token);
        Write(interval);
        foreach (var (at, action) in _script.OrderBy(s => s.At))
        {
            await _clock.WaitAsync(at);
            await action();
        }

        var last = Runs.Select(r => (double?)r!["close"] ?? (double)r["start"]!).Append(_script.Max(s => s.At)).Max();
        await _clock.WaitAsync(last + 0.6);
        await CompareRunsAsync();
        CompareStarts();
        await stop.CancelAsync();
        await work;
        return _differences;
    }

    private int Interval() => Setup?["interval"]?.ToString() switch
    {
        "2s" => 2,
        "4s" => 4,
        "1 day" => 86_400,
        "1s" => 1,
        "3s" => 3,
        "5s" => 5,
        "10s" => 10,
        null when _id is "started-event-of-scheduled-workflow" or "action-cannot-start" => 2,
        _ => 3600,
    };

    private void Write(int interval)
    {
        var described = recording["snapshots"]?.AsArray().FirstOrDefault() ?? recording["final"];
        var created = Offset(described?["info"]?["createTime"]?.ToString()) ?? 0.2;
        _script.Add((created, () => client.RequireAsync("CreateSchedule", Creation(interval))));
        switch (_id.Split('-')[0])
        {
            case "backfill" or "recent" or "workflow":
                var last = _id == "recent-actions-limits" ? 12 : _id == "workflow-id-already-running" ? 0 : 3;
                Patch(created + 0.5, Backfill(0, last, Setup?["overlapPolicy"]?.ToString() ?? "ALLOW_ALL"));
                if (_id.StartsWith("workflow", StringComparison.Ordinal))
                {
                    _script.Add((created - 0.1, StartForeignAsync));
                }

                break;
            case "trigger":
                Patch(1.8, """{"triggerImmediately":{}}""");
                Patch(2.6, """{"triggerImmediately":{"overlapPolicy":"SCHEDULE_OVERLAP_POLICY_ALLOW_ALL"}}""");
                Patch(3.5, """{"triggerImmediately":{"overlapPolicy":"SCHEDULE_OVERLAP_POLICY_BUFFER_ONE"}}""");
                Patch(4.8, """{"triggerImmediately":{"overlapPolicy":"SCHEDULE_OVERLAP_POLICY_ALLOW_ALL","scheduledTime":"2026-01-05T06:07:08.900Z"}}""");
                break;
            case "pause" when _id == "pause-unpause":
                Patch(5.2, """{"pause":"maintenance"}""");
                Patch(9.2, """{"pause":"second note"}""");
                Patch(9.8, """{"unpause":"done"}""");
                Patch(15.2, """{"pause":""}""");
                break;
            case "delete":
                _script.Add((3.3, DeleteAsync));
                break;
        }

        if (recording["again"] is { } again)
        {
            Patch(13.2, Backfill(2, 4, "ALLOW_ALL"));
            Describe(16, again["info"], again["state"], interval);
        }

        if (_id != "pause-unpause")
        {
            PatchAsTheNotesSay();
        }

        foreach (var snapshot in recording["snapshots"]?.AsArray() ?? [])
        {
            Describe((double)snapshot!["at"]!, snapshot["info"], snapshot["state"], interval);
        }

        if (recording["final"] is { } final)
        {
            var lastRun = Math.Max(created + 1.5, Runs.Select(r => (double?)r!["close"] ?? (double)r["start"]!).DefaultIfEmpty(2).Max() + 0.45);
            var settled = final["info"]?["recentActions"]?.AsArray().LastOrDefault()?["startWorkflowStatus"]?.ToString() != "WORKFLOW_EXECUTION_STATUS_RUNNING";
            if (final["at"] is null && settled)
            {
                // The description before this one made the schedule look at the last close.
                _script.Add((lastRun - 0.15, () => client.RequireAsync("DescribeSchedule", ScheduleCalls.Named(Namespace, _id))));
            }

            Describe((double?)final["at"] ?? lastRun, final["info"], final["state"], interval);
        }

        if (_id == "recent-actions-limits")
        {
            _script.Add((4, CompareLimitsAsync));
        }
        else if (_id == "started-event-of-scheduled-workflow")
        {
            _script.Add((2.5, () => Task.CompletedTask));
        }

        foreach (var ended in Runs.Where(r => r!["status"]!.ToString() == "TERMINATED" && !_id.StartsWith("overlap", StringComparison.Ordinal)))
        {
            _script.Add(((double)ended!["close"]!, () => TerminateAsync(ended["workflowId"]!.ToString())));
        }
    }

    /// <summary>Between two descriptions whose notes differ somebody paused or unpaused the schedule.</summary>
    private void PatchAsTheNotesSay()
    {
        var snapshots = recording["snapshots"]?.AsArray() ?? [];
        foreach (var (before, after) in snapshots.Zip(snapshots.Skip(1)))
        {
            var notes = after!["state"]?["notes"]?.ToString() ?? "";
            if (notes.Length > 0 && notes != before!["state"]?["notes"]?.ToString() && !notes.StartsWith("paused due to", StringComparison.Ordinal))
            {
                var patch = new JsonObject { [after["state"]?["paused"]?.GetValue<bool>() == true ? "pause" : "unpause"] = notes };
                Patch((double)after["at"]! - 0.4, patch.ToJsonString());
            }
        }
    }

    private JsonObject Creation(int interval)
    {
        var action = ScheduleCalls.Action(Prefix(), Queue);
        if (_id is "started-event-of-scheduled-workflow")
        {
            var started = recording["event"]!["workflowExecutionStartedEventAttributes"]!;
            foreach (var field in new[] { "input", "workflowExecutionTimeout", "workflowRunTimeout", "workflowTaskTimeout", "memo", "header" })
            {
                action["startWorkflow"]![field] = started[field]!.DeepClone();
            }

            action["startWorkflow"]!["userMetadata"] = recording["event"]!["userMetadata"]!.DeepClone();
            action["startWorkflow"]!["searchAttributes"] = JsonNode.Parse("""{"indexedFields":{"SchedColor":{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"ImJsdWUi"}}}""");
        }
        else if (_id == "action-cannot-start")
        {
            action["startWorkflow"]!["retryPolicy"] = new JsonObject { ["initialInterval"] = "-1s" };
        }
        else if (Runs.FirstOrDefault(r => r!["status"]!.ToString() == "TIMED_OUT") is { } late)
        {
            action["startWorkflow"]!["workflowRunTimeout"] = FormattableString.Invariant($"{Math.Max(1, Math.Round((double)late["close"]! - (double)late["start"]!))}s");
        }

        var spec = new JsonObject { ["interval"] = new JsonArray(new JsonObject { ["interval"] = $"{interval}s", ["phase"] = _id == "action-cannot-start" ? "1s" : "0s" }) };
        if (Setup?["endTime"] is { } end)
        {
            spec["endTime"] = _clock.Text(double.Parse(end.ToString()["t=".Length..], CultureInfo.InvariantCulture));
        }

        var policies = Setup?["policies"]?.DeepClone().AsObject() ?? [];
        policies["pauseOnFailure"] = Setup?["pauseOnFailure"]?.DeepClone() ?? false;
        if (_id.StartsWith("overlap", StringComparison.Ordinal))
        {
            policies["overlapPolicy"] = $"SCHEDULE_OVERLAP_POLICY_{Setup!["overlapPolicy"]}";
        }

        var first = recording["snapshots"]?.AsArray().FirstOrDefault() ?? recording["final"];
        var state = new JsonObject { ["paused"] = Setup?["paused"]?.DeepClone() ?? interval > 100, ["notes"] = _id == "trigger-immediately" ? "paused at create" : "" };
        if (first?["state"]?["limitedActions"]?.GetValue<bool>() == true)
        {
            // What is left at the first description and what was done until then.
            static int Number(JsonNode? node) => int.TryParse(node?.ToString(), out var number) ? number : 0;
            (state["limitedActions"], state["remainingActions"]) = (true, Number(first["state"]!["remainingActions"]) + Number(first["info"]?["actionCount"]));
        }

        var request = ScheduleCalls.Creation(Namespace, _id == "started-event-of-scheduled-workflow" ? "carry" : _id, new() { ["spec"] = spec, ["action"] = action, ["policies"] = policies, ["state"] = state });
        if (_id is "trigger-immediately" or "describe-refreshes-status")
        {
            request["initialPatch"] = new JsonObject { ["triggerImmediately"] = new JsonObject() };
        }

        return request;
    }

    private string Prefix() => _id == "started-event-of-scheduled-workflow" ? "started-event-wf"
        : _id == "describe-refreshes-status" ? "refresh-wf"
        : Runs.Count > 0 ? Suffix().Replace(Runs[0]!["workflowId"]!.ToString(), "") : $"{_id}-wf";

    private Ending Plan(string workflowId)
    {
        var name = _clock.Named(workflowId);
        var at = _taken[name] = _taken.GetValueOrDefault(name, -1) + 1;
        var run = Runs.Where(r => r!["workflowId"]!.ToString() == name).ElementAtOrDefault(at);
        if (run is null)
        {
            return new("COMPLETED", Runs.Count > 0 ? null : _clock.Now + (_id == "describe-refreshes-status" ? 1 : 0));
        }

        var status = run["status"]!.ToString();
        return new(status, status is "TERMINATED" or "RUNNING" or "TIMED_OUT" ? null : (double?)run["close"]);
    }

    private void Patch(double at, string patch) => _script.Add((at, () =>
    {
        var request = ScheduleCalls.Named(Namespace, _id);
        request["patch"] = JsonNode.Parse(patch);
        return client.RequireAsync("PatchSchedule", request);
    }));

    private static string Backfill(int from, int to, string policy) =>
        $$"""{"backfillRequest":[{"startTime":"2026-01-01T{{from:00}}:00:00Z","endTime":"2026-01-01T{{to:00}}:00:00Z","overlapPolicy":"SCHEDULE_OVERLAP_POLICY_{{policy}}"}]}""";

    private void Describe(double at, JsonNode? info, JsonNode? state, int interval)
    {
        // Taken in the moment in which a workflow closed or a time came due: either order of the two is right.
        if ((_id, at) is ("overlap-BUFFER_ALL", 13) or ("trigger-immediately", 5.3) or ("pause-unpause", 10.2))
        {
            return;
        }

        var shift = _id == "pause-unpause" ? 0.06 : -0.03;
        _script.Add((at + shift, async () =>
        {
            var seen = await client.RequireAsync("DescribeSchedule", ScheduleCalls.Named(Namespace, _id));
            var (left, right) = (ScheduleSnapshot.Of(info, state, _clock, interval < 100), ScheduleSnapshot.Of(seen["info"], seen["schedule"]!["state"], _clock, interval < 100));
            if (left != right)
            {
                _differences.Add($"t={at}: seen {right}, recorded {left}");
            }
        }));
    }

    private Task StartForeignAsync() => client.RequireAsync("StartWorkflowExecution", new JsonObject
    {
        ["namespace"] = Namespace, ["workflowId"] = Runs[0]!["workflowId"]!.ToString(), ["workflowType"] = new JsonObject { ["name"] = "Foreign" },
        ["taskQueue"] = new JsonObject { ["name"] = "q-foreign" }, ["requestId"] = Guid.NewGuid().ToString(),
    });

    private Task TerminateAsync(string name) => client.CallAsync("TerminateWorkflowExecution", new JsonObject
    {
        ["namespace"] = Namespace,
        ["workflowExecution"] = new JsonObject { ["workflowId"] = Relative().Replace(name, m => _clock.Origin.AddSeconds(int.Parse(m.Groups[1].Value)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")) },
    });

    private async Task DeleteAsync()
    {
        await client.RequireAsync("DeleteSchedule", ScheduleCalls.Named(Namespace, _id));
        var listed = await client.RequireAsync("ListSchedules", new JsonObject { ["namespace"] = Namespace, ["query"] = $"ScheduleId = '{_id}'" });
        if (listed["schedules"]?.AsArray().Count > 0)
        {
            _differences.Add("the deleted schedule is still listed");
        }
    }

    private async Task CompareLimitsAsync()
    {
        var described = (await client.RequireAsync("DescribeSchedule", ScheduleCalls.Named(Namespace, _id)))["info"]!;
        var listed = (await client.RequireAsync("ListSchedules", new JsonObject { ["namespace"] = Namespace, ["query"] = $"ScheduleId = '{_id}'" }))["schedules"]![0]!["info"]!;
        static JsonArray Times(JsonNode info) => [.. info["recentActions"]!.AsArray().Select(a => a!["scheduleTime"]!.DeepClone())];
        var seen = new JsonObject
        {
            ["actionCount"] = described["actionCount"]!.DeepClone(),
            ["describeRecentScheduleTimes"] = Times(described),
            ["listRecentScheduleTimes"] = Times(listed),
            ["describeFutureActionTimes"] = described["futureActionTimes"]!.AsArray().Count,
            ["listFutureActionTimes"] = listed["futureActionTimes"]!.AsArray().Count,
            ["listEntryKeys"] = new JsonArray([.. listed.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal).Select(k => JsonValue.Create(k))]),
        };
        foreach (var (name, value) in seen)
        {
            if (!JsonNode.DeepEquals(value, recording[name]))
            {
                _differences.Add($"{name}: seen {value?.ToJsonString()}, recorded {recording[name]?.ToJsonString()}");
            }
        }
    }

    /// <summary>The recorded runs must be there with their states; later ones are of times after the recording.</summary>
    private async Task CompareRunsAsync()
    {
        if (Runs.Count == 0 || _id == "workflow-id-already-running")
        {
            return;
        }

        var list = await client.RequireAsync("ListWorkflowExecutions", new JsonObject { ["namespace"] = Namespace, ["query"] = $"TemporalScheduledById = '{_id}'" });
        var seen = list["executions"]!.AsArray().Select(e => $"{_clock.Named(e!["execution"]!["workflowId"]!.ToString())} {e["status"]!.ToString()["WORKFLOW_EXECUTION_STATUS_".Length..]}")
            .Order(StringComparer.Ordinal).ToList();
        var recorded = Runs.Select(r => $"{r!["workflowId"]} {r["status"]}").Order(StringComparer.Ordinal).ToList();
        foreach (var line in recorded)
        {
            if (!seen.Remove(line))
            {
                _differences.Add($"no run '{line}'; others: {string.Join(", ", seen)}");
            }
        }

        var lastNominal = Runs.Max(r => r!["nominal"] is JsonValue v && v.TryGetValue<double>(out var at) ? at : double.MaxValue);
        foreach (var more in seen.Where(line => Relative().Match(line) is not { Success: true } m || int.Parse(m.Groups[1].Value) <= lastNominal))
        {
            _differences.Add($"a run that was not recorded: '{more}'");
        }
    }

    private void CompareStarts()
    {
        var comparison = new Comparison(new Symbols(), new HashSet<string>());
        foreach (var (start, i) in (recording["starts"]?.AsArray() ?? []).Select((s, i) => (s!, i)))
        {
            var seen = _worker!.Starts.ElementAtOrDefault(i)?["workflowExecutionStartedEventAttributes"];
            comparison.Compare(new JsonObject { ["lastCompletionResult"] = start["lastCompletionResult"]?.DeepClone(), ["continuedFailure"] = start["continuedFailure"]?.DeepClone() }, seen, $"/starts/{i}");
            if (seen?["continuedFailure"] is not null && start["continuedFailure"] is null)
            {
                comparison.Differences.Add($"/starts/{i}: a failure is carried, recorded none");
            }
        }

        if (recording["event"]?.DeepClone() is JsonObject recorded)
        {
            recorded.Remove("eventTime");
            var attributes = recorded["workflowExecutionStartedEventAttributes"]!.AsObject();
            foreach (var own in new[] { "workflowExecutionExpirationTime", "originalExecutionRunId", "firstExecutionRunId", "taskQueue", "workflowId" })
            {
                attributes.Remove(own);
            }

            attributes["searchAttributes"]!["indexedFields"]!["TemporalScheduledStartTime"]!.AsObject().Remove("data");
            comparison.Compare(recorded, _worker!.Starts.FirstOrDefault(), "/event");
        }

        _differences.AddRange(comparison.Differences);
    }

    private static double? Offset(string? text) => text is not null && Relative().Match(text) is { Success: true } m
        ? double.Parse(m.Value["<t=".Length..^1], CultureInfo.InvariantCulture)
        : null;

    [GeneratedRegex(@"<t=(-?\d+)(?:\.\d+)?>")]
    private static partial Regex Relative();

    [GeneratedRegex(@"-(<t=\d+>|\d{4}-\d\d-\d\dT.*)$")]
    private static partial Regex Suffix();
}
