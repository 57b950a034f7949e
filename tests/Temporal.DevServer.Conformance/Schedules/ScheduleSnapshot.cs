using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance.Schedules;

/// <summary>What a description must have in common with a recorded one, as text.</summary>
public static partial class ScheduleSnapshot
{
    /// <summary>The text of <c>info</c> and <c>state</c>; future times only for short intervals, where they are relative to the start.</summary>
    public static string Of(JsonNode? info, JsonNode? state, ScheduleClock clock, bool withFuture)
    {
        string Field(string name) => info?[name]?.ToString() is { Length: > 0 } text ? text : "0";
        IEnumerable<string> Each(string name, Func<JsonNode, string> show) => (info?[name]?.AsArray() ?? []).Select(n => clock.Named(show(n!)));
        var actions = Each("recentActions", a => $"{a["scheduleTime"]} {a["startWorkflowResult"]!["workflowId"]} {a["startWorkflowStatus"]!.ToString()["WORKFLOW_EXECUTION_STATUS_".Length..]}");
        var future = withFuture ? Each("futureActionTimes", t => t.ToString()).Take(3) : [];
        return $"actions {Field("actionCount")}, missed {Field("missedCatchupWindow")}, skipped {Field("overlapSkipped")}, buffer {Field("bufferSize")}, " +
            $"left {state?["remainingActions"] ?? "-"}, paused {state?["paused"]?.GetValue<bool>() ?? false} '{AnyTime().Replace(state?["notes"]?.ToString() ?? "", "<time>")}', recent [{string.Join(" | ", actions)}], " +
            $"running [{string.Join(' ', Each("runningWorkflows", r => r["workflowId"]!.ToString()))}], future [{string.Join(' ', future)}]";
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")]
    private static partial Regex AnyTime();
}
