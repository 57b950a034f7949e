using System.Text.Json.Nodes;
using Orchestrator.TestKit;
using Temporal.DevServer.Visibility.Query;
using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Tests.Visibility.Query;

/// <summary>The recorded queries over schedules.</summary>
public sealed class ScheduleQueryTests
{
    [Fact]
    public void ParseForSchedules_OfEveryRecordedQuery_FindsTheRecordedSchedulesOrError()
    {
        var recorded = JsonNode.Parse(File.ReadAllText(TestPaths.Shared("golden", "schedules", "api.json")))!["list"]!.AsArray();
        var attributes = new SearchAttributeRegistry([KeyValuePair.Create("SchedColor", IndexedValueType.Keyword)]);
        using var index = new VisibilityIndex();
        string?[] colors = ["red", "red", "blue", "green", null];
        for (var i = 0; i < colors.Length; i++)
        {
            index.Upsert(Row($"list-{i + 1}", i, colors[i], paused: i is 0 or 2));
        }

        foreach (var vector in recorded)
        {
            var query = vector!["request"]!["query"]?.GetValue<string>() ?? "";
            if (vector["error"] is { } error && vector["request"]!["nextPageToken"] is null)
            {
                Assert.Equal(error["message"]!.GetValue<string>(), Assert.Throws<VisibilityQueryException>(() => BoundQuery.ParseForSchedules(query, attributes)).Message);
            }
            else if (vector["ids"] is JsonArray ids && vector["request"]!["nextPageToken"] is null)
            {
                var found = index.List(BoundQuery.ParseForSchedules(query, attributes), 100).Runs;
                Assert.Equal(ids.Select(id => $"temporal-sys-scheduler:{id}"), found.Select(run => run.WorkflowId));
            }
        }
    }

    private static IndexedRun Row(string id, int second, string? color, bool paused) => new()
    {
        WorkflowId = $"temporal-sys-scheduler:{id}",
        RunId = id,
        WorkflowType = "temporal-sys-scheduler-workflow",
        TaskQueue = "q",
        Status = WorkflowExecutionStatus.Running,
        StartTime = DateTime.UnixEpoch.AddSeconds(second),
        ExecutionTime = DateTime.UnixEpoch.AddSeconds(second),
        RootWorkflowId = $"temporal-sys-scheduler:{id}",
        RootRunId = id,
        Attributes = new Dictionary<string, object>(color is null ? [] : [KeyValuePair.Create<string, object>("SchedColor", color)])
        {
            ["TemporalNamespaceDivision"] = "TemporalScheduler",
            ["TemporalSchedulePaused"] = paused,
        },
    };
}
