using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance.Visibility;

/// <summary>
/// The runs that the recorded queries look at, made anew on a server: the driver is their client and their worker. Runs are named as in the
/// recording, <c>wf-036#2</c>.
/// </summary>
internal sealed partial class Population
{
    /// <summary>The schedule's own workflow as the recording names it.</summary>
    private const string Scheduler = "temporal-sys-scheduler:";

    private readonly JsonNode _recorded;
    private readonly GoldenNamespace _server;
    private readonly Dictionary<string, JsonObject> _plans;
    private readonly List<string> _startOrder;
    private readonly List<string> _closeOrder;
    private readonly Dictionary<string, JsonObject> _entries = new(StringComparer.Ordinal);

    private Population(JsonNode recorded, GoldenNamespace server)
    {
        (_recorded, _server) = (recorded, server);
        _plans = recorded["workflows"]!.AsArray().SelectMany(WithChildren).ToDictionary(w => w["id"]!.GetValue<string>());
        var runs = recorded["runs"]!.AsArray().Select(r => r!.AsObject()).ToList();
        _startOrder = [.. runs.OrderBy(r => r["startTime"]!.ToString(), StringComparer.Ordinal).Select(r => r["run"]!.ToString())];
        _closeOrder = [.. runs.Where(r => r["closeTime"] is not null).OrderBy(r => r["closeTime"]!.ToString(), StringComparer.Ordinal).Select(r => r["run"]!.ToString())];
        DefaultOrder = [.. recorded["defaultOrder"]!.AsArray().Select(n => n!.GetValue<string>())];
    }

    /// <summary>Every run in the order of a list without a query.</summary>
    public string[] DefaultOrder { get; }

    /// <summary>The schedule could not be made, so that its runs were started by hand.</summary>
    public bool WithoutSchedule { get; private set; }

    /// <summary>Makes the runs.</summary>
    public static async Task<Population> CreateAsync(JsonNode recorded, GoldenNamespace server)
    {
        var population = new Population(recorded, server);
        foreach (var workflow in recorded["workflows"]!.AsArray())
        {
            await population.MakeAsync(workflow!.AsObject());
        }

        await population.ScheduleAsync();
        foreach (var entry in await server.ListAllAsync("StartTime > '2000-01-01T00:00:00Z'"))
        {
            population._entries[entry["execution"]!["runId"]!.ToString()] = entry;
        }

        return population;
    }

    /// <summary>The recording's name of a run in a list.</summary>
    public string Name(JsonNode entry)
    {
        var (id, runId) = (entry["execution"]!["workflowId"]!.ToString(), entry["execution"]!["runId"]!.ToString());
        if (id.StartsWith(Scheduler, StringComparison.Ordinal))
        {
            return $"<{id}>";
        }

        var runs = _entries.Values.Where(e => e["execution"]!["workflowId"]!.ToString() == id)
            .OrderBy(e => e["startTime"]!.ToString(), StringComparer.Ordinal).Select(e => e["execution"]!["runId"]!.ToString()).ToList();
        return runs.Count > 1 ? $"{id}#{runs.IndexOf(runId) + 1}" : id;
    }

    /// <summary>A run's entry in a list.</summary>
    public JsonObject Entry(string name) => _entries.Values.Single(e => Name(e) == name);

    /// <summary>The query with its placeholders replaced by what this population has.</summary>
    public string Fill(string query) => Placeholder().Replace(query, match =>
    {
        var entry = Entry(match.Groups["run"].Value.Length > 0 ? match.Groups["run"].Value : "wf-001");
        var runId = entry["execution"]!["runId"]!.ToString();
        return match.Groups["what"].Value switch
        {
            "RunId" => runId,
            "RunId8" => runId[..13],
            "StartTime" => entry["startTime"]!.ToString(),
            "CloseTime" => entry["closeTime"]!.ToString(),
            "ExecutionTime" => entry["executionTime"]!.ToString(),
            _ => DateTime.Parse(entry["startTime"]!.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)
                .AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        };
    });

    private static IEnumerable<JsonObject> WithChildren(JsonNode? workflow) =>
        workflow!["children"] is JsonArray children ? [workflow.AsObject(), .. children.SelectMany(WithChildren)] : [workflow.AsObject()];

    private async Task MakeAsync(JsonObject workflow)
    {
        var id = workflow["id"]!.ToString();
        var plan = workflow["plan"]!.ToString();
        foreach (var earlier in _closeOrder.TakeWhile(run => !IsRunOf(run, id)).Where(run => Plan(run) == "timeout"))
        {
            if (string.CompareOrdinal(RecordedClose(earlier), RecordedStart(id)) < 0)
            {
                await _server.UntilAsync(earlier, d => !GoldenNamespace.IsRunning(d));
            }
        }

        // What is never to be polled may share its queue with others: a worker is there only while its workflow needs it.
        using var stop = new CancellationTokenSource();
        var queues = WithChildren(workflow).Where(w => w["plan"]!.ToString() is not ("idle" or "timeout" or "terminate-unpolled"));
        var workers = queues.Select(w => w["taskQueue"]!.ToString()).Distinct().Select(queue => WorkAsync(queue, stop.Token)).ToList();
        await _server.StartAsync(workflow);
        switch (plan)
        {
            case "cancel":
                await SettledAsync(id);
                await _server.CallAsync("RequestCancelWorkflowExecution", new JsonObject { ["workflowExecution"] = new JsonObject { ["workflowId"] = id } });
                break;
            case "terminate":
                await SettledAsync(id);
                await TerminateAsync(id);
                break;
            case "terminate-unpolled":
                await TerminateAsync(id);
                break;
            default:
                break;
        }

        foreach (var one in WithChildren(workflow))
        {
            await FinishedAsync(one["id"]!.ToString());
        }

        await stop.CancelAsync();
        await Task.WhenAll(workers);
        await Task.Delay(20);
    }

    private Task TerminateAsync(string id) =>
        _server.CallAsync("TerminateWorkflowExecution", new JsonObject { ["workflowExecution"] = new JsonObject { ["workflowId"] = id } });

    private bool IsRunOf(string run, string id) => run == id || run.StartsWith(id + "#", StringComparison.Ordinal);

    private string Plan(string run) => _plans.GetValueOrDefault(run)?["plan"]?.ToString() ?? "";

    private string RecordedStart(string id) => _recorded["runs"]!.AsArray().First(r => r!["workflowId"]!.ToString() == id)!["startTime"]!.ToString();

    private string RecordedClose(string run) => _recorded["runs"]!.AsArray().First(r => r!["run"]!.ToString() == run)!["closeTime"]!.ToString();

    /// <summary>The workflow has nothing for a worker to do.</summary>
    private Task SettledAsync(string id) => _server.UntilAsync(id, d => d["pendingWorkflowTask"] is null && d["workflowExecutionInfo"]!["historyLength"]!.ToString() != "2");

    private async Task FinishedAsync(string id)
    {
        var last = _recorded["runs"]!.AsArray().Last(r => r!["workflowId"]!.ToString() == id)!;
        switch (Plan(id))
        {
            case "idle" or "timeout":
                return;
            case "can-hold" or "can-complete":
                await _server.UntilAsync(id, d =>
                    d["workflowExecutionInfo"]!["runId"]?.ToString() != "" && d["workflowExecutionInfo"]!["firstRunId"]!.ToString() != d["workflowExecutionInfo"]!["execution"]!["runId"]!.ToString());
                break;
            default:
                break;
        }

        if (last["closeTime"] is null)
        {
            await SettledAsync(id);
        }
        else
        {
            await _server.UntilAsync(id, d => !GoldenNamespace.IsRunning(d));
        }
    }

    /// <summary>The worker of a queue: takes tasks and answers each as the workflow's plan says, at its time.</summary>
    private async Task WorkAsync(string queue, CancellationToken stop)
    {
        var answers = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            if (await _server.PollAsync(queue, stop) is { } task)
            {
                answers.Add(AnswerAsync(task));
            }
        }

        await Task.WhenAll(answers);
    }

    private async Task AnswerAsync(JsonNode task)
    {
        var id = task["workflowExecution"]!["workflowId"]!.ToString();
        var workflow = _plans[id];
        var events = task["history"]!["events"]!.AsArray();
        var again = events[0]!["workflowExecutionStartedEventAttributes"]!["continuedExecutionRunId"] is not null;
        var answer = new JsonObject { ["taskToken"] = task["taskToken"]!.DeepClone(), ["identity"] = "golden" };
        JsonObject? command = null;
        switch (workflow["plan"]!.ToString())
        {
            case "complete" or "complete-build":
            case "can-complete" when again:
                await EarlierClosesAsync(id);
                command = PopulationCommands.Complete();
                break;
            case "slow-complete":
                await Task.Delay(2200);
                command = PopulationCommands.Complete();
                break;
            case "fail":
                await EarlierClosesAsync(id);
                command = PopulationCommands.Fail();
                break;
            case "cancel" when events.Any(e => e!["eventType"]!.ToString() == "EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED"):
                command = PopulationCommands.Cancel();
                break;
            case "can-hold" or "can-complete" when !again:
                command = PopulationCommands.ContinueAsNew(workflow, _server);
                break;
            case "upsert-hold":
                command = PopulationCommands.Upsert(_server.Attributes(workflow["upsertSearchAttributes"]!.AsObject()));
                break;
            case "parent-complete" or "parent-hold":
                command = await NextChildAsync(workflow, events, answer);
                break;
            default:
                break;
        }

        if (workflow["buildId"] is { } build)
        {
            answer["workerVersionStamp"] = new JsonObject { ["buildId"] = build.ToString() };
        }

        if (command is not null)
        {
            answer["commands"] = new JsonArray(command);
        }

        await _server.CallAsync("RespondWorkflowTaskCompleted", answer);
    }

    /// <summary>Children start one after another, in the order of the recording, which lists show.</summary>
    private async Task<JsonObject?> NextChildAsync(JsonObject workflow, JsonArray events, JsonObject answer)
    {
        var begun = events.Count(e => e!["eventType"]!.ToString() == "EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED");
        var children = workflow["children"]!.AsArray().Select(c => c!.AsObject()).OrderBy(c => _startOrder.IndexOf(c["id"]!.ToString())).ToList();
        if (begun >= children.Count)
        {
            return null;
        }

        var child = children[begun];
        var top = _plans.Values.First(w => w["children"] is not null && WithChildren(w).Contains(child));
        foreach (var earlier in _startOrder.TakeWhile(run => run != child["id"]!.ToString()).Where(run => WithChildren(top).Any(w => w["id"]!.ToString() == run)))
        {
            await _server.UntilAsync(earlier, _ => true);
        }

        answer["forceCreateNewWorkflowTask"] = begun + 1 < children.Count;
        return PopulationCommands.StartChild(child, _server);
    }

    /// <summary>Brothers close in the order of the recording.</summary>
    private async Task EarlierClosesAsync(string id)
    {
        var parent = _plans.Values.FirstOrDefault(w => w["children"]?.AsArray().Any(c => c!["id"]!.ToString() == id) == true);
        foreach (var brother in _closeOrder.TakeWhile(run => run != id).Where(run => parent?["children"]!.AsArray().Any(c => c!["id"]!.ToString() == run) == true))
        {
            await _server.UntilAsync(brother, d => !GoldenNamespace.IsRunning(d));
        }
    }

    private async Task ScheduleAsync()
    {
        var schedule = _recorded["schedule"]!;
        var made = await _server.CreateScheduleAsync(schedule);
        WithoutSchedule = !made;
        foreach (var run in _startOrder.Where(r => r.StartsWith("sched-wf-", StringComparison.Ordinal)))
        {
            if (!made)
            {
                await _server.StartScheduledAsync(schedule, run);
                await Task.Delay(20);
            }

            await _server.UntilAsync(run, _ => true);
        }
    }

    [GeneratedRegex(@"\{(?<what>RunId8?|StartTime|CloseTime|ExecutionTime):(?<run>[^}]+)\}|\{StartTime\+1h\}")]
    private static partial Regex Placeholder();
}
