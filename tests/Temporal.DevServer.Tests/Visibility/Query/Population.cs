using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orchestrator.TestKit;
using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Tests.Visibility.Query;

/// <summary>The runs that the recorded queries look at, rebuilt from their description. Runs are named as there: <c>wf-036#2</c>.</summary>
internal sealed partial class Population
{
    public const string Scheduler = "<temporal-sys-scheduler:vis-schedule>";
    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, IndexedRun> _runs = [];

    private Population(JsonNode recorded)
    {
        var types = recorded["searchAttributeTypes"]!.AsObject().Select(t => KeyValuePair.Create(t.Key, Enum.Parse<IndexedValueType>(t.Value!.GetValue<string>())));
        Attributes = new(types);
        var workflows = recorded["workflows"]!.AsArray().SelectMany(WithChildren).ToDictionary(w => w["id"]!.GetValue<string>());
        var runIds = recorded["runs"]!.AsArray().ToLookup(r => r!["workflowId"]!.GetValue<string>(), r => r!["runId"]!.GetValue<string>());
        foreach (var run in recorded["runs"]!.AsArray())
        {
            Add(run!["run"]!.GetValue<string>(), Row(run, workflows.GetValueOrDefault(run["workflowId"]!.GetValue<string>()), runIds));
        }

        Add(Scheduler, SchedulerRun());
        DefaultOrder = [.. recorded["defaultOrder"]!.AsArray().Select(n => n!.GetValue<string>())];
    }

    public SearchAttributeRegistry Attributes { get; }

    public VisibilityIndex Index { get; } = new();

    public string[] DefaultOrder { get; }

    public static string Folder => TestPaths.Shared("golden", "visibility");

    public static Population Load() => new(JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "population.json")))!);

    public string[] Names(IEnumerable<IndexedRun> runs) => [.. runs.Select(run => _names[run.RunId])];

    public string[] List(string query) => Names(Index.List(BoundQuery.Parse(query, Attributes), 1000).Runs);

    /// <summary>The query with its placeholders replaced by what this population has.</summary>
    public string Fill(string query) => Placeholder().Replace(query, match =>
    {
        var run = _runs[match.Groups["run"].Value.Length > 0 ? match.Groups["run"].Value : "wf-001"];
        return match.Groups["what"].Value switch
        {
            "RunId" => run.RunId,
            "RunId8" => run.RunId[..13],
            "StartTime" => Text(run.StartTime),
            "CloseTime" => Text(run.CloseTime!.Value),
            "ExecutionTime" => Text(run.ExecutionTime),
            _ => Text(run.StartTime.AddHours(1)),
        };
    });

    private static string Text(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static IEnumerable<JsonNode> WithChildren(JsonNode? workflow) =>
        workflow!["children"] is JsonArray children ? [workflow, .. children.SelectMany(WithChildren)] : [workflow];

    private void Add(string name, IndexedRun run)
    {
        _names.Add(run.RunId, name);
        _runs.Add(name, run);
        Index.Upsert(run);
    }

    private IndexedRun Row(JsonNode run, JsonNode? workflow, ILookup<string, string> runIds)
    {
        var root = run["root"]!.GetValue<string>();
        var parent = run["parent"]?.GetValue<string>();
        var runId = run["runId"]!.GetValue<string>();
        var closed = run["closeTime"] is not null;
        return new()
        {
            WorkflowId = run["workflowId"]!.GetValue<string>(),
            RunId = runId,
            WorkflowType = run["type"]!.GetValue<string>(),
            TaskQueue = run["taskQueue"]!.GetValue<string>(),
            Status = Enum.Parse<WorkflowExecutionStatus>(run["status"]!.GetValue<string>().Replace("_", ""), ignoreCase: true),
            StartTime = Time(run["startTime"])!.Value,
            ExecutionTime = Time(run["executionTime"])!.Value,
            CloseTime = Time(run["closeTime"]),
            HistoryLength = Number(run["historyLength"]),
            HistorySizeBytes = closed ? 700 : null,
            StateTransitionCount = Number(run["stateTransitionCount"]),
            ExecutionDurationNanos = run["executionDuration"] is { } d ? (long)(decimal.Parse(d.GetValue<string>().TrimEnd('s'), CultureInfo.InvariantCulture) * 1_000_000_000) : null,
            ParentWorkflowId = parent,
            ParentRunId = parent is null ? null : runIds[parent].First(),
            RootWorkflowId = root,
            RootRunId = runIds[root].First(),
            Attributes = workflow is null ? Scheduled(run) : Started(workflow),
        };
    }

    private Dictionary<string, object> Started(JsonNode workflow)
    {
        var values = new Dictionary<string, object>();
        foreach (var (name, value) in (workflow["searchAttributes"]?.AsObject() ?? []).Concat(workflow["upsertSearchAttributes"]?.AsObject() ?? []))
        {
            Attributes.TryResolve(name, out _, out var type);
            values[name] = type switch
            {
                IndexedValueType.Int => value!.GetValue<long>(),
                IndexedValueType.Double => value!.GetValue<double>(),
                IndexedValueType.Bool => value!.GetValue<bool>(),
                IndexedValueType.Text => new SearchText(value!.GetValue<string>()),
                IndexedValueType.KeywordList => value!.AsArray().Select(v => v!.GetValue<string>()).ToArray(),
                IndexedValueType.Datetime => NanoTime.TryParse(value!.GetValue<string>(), out var time) ? time : throw new FormatException(name),
                _ => value!.GetValue<string>(),
            };
        }

        if (workflow["plan"]!.GetValue<string>() is not ("idle" or "timeout" or "terminate-unpolled"))
        {
            values["BuildIds"] = workflow["buildId"] is { } build ? new[] { "unversioned", $"unversioned:{build.GetValue<string>()}" } : new[] { "unversioned" };
        }

        return values;
    }

    private static Dictionary<string, object> Scheduled(JsonNode run) => new()
    {
        ["CustomKeywordField"] = "sched",
        ["TemporalScheduledById"] = "vis-schedule",
        ["TemporalScheduledStartTime"] = NanoTime.TryParse(run["workflowId"]!.GetValue<string>()["sched-wf-".Length..], out var time) ? time : default,
    };

    private static IndexedRun SchedulerRun() => new()
    {
        WorkflowId = "temporal-sys-scheduler:vis-schedule",
        RunId = "scheduler-run",
        WorkflowType = "temporal-sys-scheduler-workflow",
        TaskQueue = "default-worker-tq",
        Status = WorkflowExecutionStatus.Running,
        StartTime = DateTime.UnixEpoch,
        ExecutionTime = DateTime.UnixEpoch,
        RootWorkflowId = "temporal-sys-scheduler:vis-schedule",
        RootRunId = "scheduler-run",
        Attributes = new Dictionary<string, object> { ["TemporalNamespaceDivision"] = "TemporalScheduler", ["TemporalSchedulePaused"] = true },
    };

    private static DateTime? Time(JsonNode? node) =>
        node is null ? null : DateTime.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    private static long? Number(JsonNode? node) => node is null ? null : long.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{(?<what>RunId8?|StartTime|CloseTime|ExecutionTime):(?<run>[^}]+)\}|\{StartTime\+1h\}")]
    private static partial Regex Placeholder();
}
