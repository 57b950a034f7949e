using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.TestKit;
using Temporal.DevServer.Schedules;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.Workflow.V1;

namespace Temporal.DevServer.Tests.Schedules;

/// <summary>
/// Recorded behaviour, replayed: workflows start and close when they did in the recording, and the schedule must ask for the same starts and
/// look the same whenever it was described.
/// </summary>
public sealed partial class GoldenBehaviourTests
{
    [Theory]
    [InlineData("overlap-SKIP")]
    [InlineData("overlap-BUFFER_ONE")]
    [InlineData("overlap-BUFFER_ALL")]
    [InlineData("overlap-TERMINATE_OTHER")]
    [InlineData("overlap-ALLOW_ALL")]
    [InlineData("pause-on-failure-fail")]
    [InlineData("pause-on-failure-terminate")]
    [InlineData("pause-on-failure-cancel")]
    [InlineData("backfill-SKIP")]
    [InlineData("backfill-BUFFER_ALL")]
    [InlineData("backfill-ALLOW_ALL")]
    [InlineData("backfill-BUFFER_ONE")]
    [InlineData("backfill-CANCEL_OTHER")]
    [InlineData("keep-original-workflow-id")]
    [InlineData("action-cannot-start")]
    public void Machine_InTheRecordedWorld_BehavesAsRecorded(string id)
    {
        var recording = Recording(id);
        var setup = recording["setup"]!;
        var runs = recording["runs"]!.AsArray().ToLookup(run => run!["workflowId"]!.GetValue<string>());
        var taken = new Dictionary<string, int>();
        var prefix = id == "action-cannot-start" ? "wf" : Suffix().Replace(runs.First().Key, "");
        var world = new ScheduleWorld(Schedule(id, setup, prefix), (workflowId, now) =>
        {
            var name = Named(workflowId);
            var at = taken[name] = taken.GetValueOrDefault(name, -1) + 1;
            return runs[name].ElementAtOrDefault(at) is not { } run
                ? new(null)
                : new((double)run["start"]!, (double?)run["close"], System.Enum.Parse<WorkflowExecutionStatus>(run["status"]!.GetValue<string>(), ignoreCase: true), null, new Failure { Message = "boom" });
        });
        if (id.StartsWith("backfill", StringComparison.Ordinal))
        {
            world.Do(0.9, (machine, now) => machine.Patch(Backfill(setup["overlapPolicy"]!.GetValue<string>()), now));
        }

        var snapshots = (recording["snapshots"]?.AsArray() ?? []).Select(snapshot => snapshot!).ToList();
        if (recording["final"] is { } final && final["at"] is not null)
        {
            snapshots.Add(final);
        }

        foreach (var snapshot in snapshots.Where(snapshot => !IsRaced(id, (double)snapshot["at"]!)))
        {
            // Just before: a time that comes due in the moment of a description was not looked at yet.
            var (schedule, info) = world.Describe((double)snapshot["at"]! - 0.01);
            Assert.Equal($"{snapshot["at"]}: {Recorded(snapshot, compareFuture: !id.StartsWith("backfill", StringComparison.Ordinal))}", $"{snapshot["at"]}: {Seen(schedule, info, compareFuture: !id.StartsWith("backfill", StringComparison.Ordinal))}");
        }

        world.RunUntil(100);
        var seen = world.Started.Select(request => Named(request.WorkflowId)).ToList();
        Assert.Equal(recording["runs"]!.AsArray().Select(run => run!["workflowId"]!.GetValue<string>()).Order(), seen.Take(recording["runs"]!.AsArray().Count).Order());
        if (id == "overlap-TERMINATE_OTHER")
        {
            Assert.Equal(seen.SkipLast(1).Select(name => $"terminate {name}"), world.Ended.Select(Named).Distinct());
        }
    }

    [Fact]
    public void Machine_WithTheRecordedOutcomes_CarriesResultAndFailureAsRecorded()
    {
        var recording = Recording("carry-last-result-and-failure");
        var starts = recording["starts"]!.AsArray();
        var n = 0;
        var world = new ScheduleWorld(Schedule("carry", recording["setup"]!, "carry-wf"), (_, now) =>
        {
            var start = starts.ElementAtOrDefault(n++);
            return start is null ? new(null)
                : start["endsWith"]!.GetValue<string>() == "fail" ? new(now, now + 0.1, WorkflowExecutionStatus.Failed, null, new Failure { Message = "boom" })
                : new(now, now + 0.1, WorkflowExecutionStatus.Completed, new() { Payloads_ = { Google.Protobuf.JsonParser.Default.Parse<Temporalio.Api.Common.V1.Payload>($$"""{"data":"{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\"result-{n}\""))}}"}""") } });
        });
        world.RunUntil(9);
        Assert.Equal(
            starts.Select(start => $"{Named(start!["workflowId"]!.GetValue<string>())} {start["lastCompletionResult"]?["payloads"]![0]!["data"]} {start["continuedFailure"]?["message"]}"),
            world.Started.Select(request => $"{Named(request.WorkflowId)} {request.LastCompletionResult?.Payloads_[0].Data.ToBase64()} {request.ContinuedFailure?.Message}"));
    }

    [Theory]
    [InlineData("cu-default-allow")]
    [InlineData("cu-10s-allow")]
    [InlineData("cu-1s-allow")]
    [InlineData("cu-default-skip")]
    [InlineData("cu-20s-skip")]
    [InlineData("cu-default-bufferone")]
    [InlineData("cu-default-bufferall")]
    [InlineData("cu-paused")]
    public void Machine_StoppedForTheRecordedTime_CatchesUpAsRecorded(string id)
    {
        var recorded = Recording("catch-up")["schedules"]!.AsObject();
        var runs = recorded[id]!["runs"]!.AsArray().ToDictionary(run => run!["workflowId"]!.GetValue<string>(), run => run!);
        var policies = Google.Protobuf.JsonParser.Default.Parse<SchedulePolicies>(recorded[id]!["policies"]!.ToJsonString());
        var prefix = $"{id}-wf";
        var schedule = Schedule(id, JsonNode.Parse("""{"interval":"4s"}""")!, prefix);
        schedule.Policies = policies;
        schedule.State = new() { Paused = recorded[id]!["beforeStop"]?["state"]?["paused"]?.GetValue<bool>() ?? false };
        var world = new ScheduleWorld(schedule, (workflowId, now) => runs.TryGetValue(Named(workflowId), out var run)
            ? new((double)run["start"]! > now + 3 ? now : (double)run["start"]!, (double?)run["close"])
            : new(now, now + 0.2));
        world.RunUntil(10.2);
        world.Restart(43.3);
        world.Do(runs.ContainsKey($"{prefix}-<t=60>") ? 60.9 : 57.5, (machine, now) => machine.Patch(new() { Pause = "stop" }, now));
        var (_, info) = world.Describe(61);
        var after = recorded[id]!["after"]!["info"]!;
        Assert.Equal(Counters(after), $"{info.ActionCount} {info.MissedCatchupWindow} {info.OverlapSkipped}");
        Assert.Equal(runs.Keys.Order(), world.Started.Select(request => Named(request.WorkflowId)).Order());
    }

    private static string Counters(JsonNode info) => $"{info["actionCount"] ?? "0"} {info["missedCatchupWindow"] ?? "0"} {info["overlapSkipped"] ?? "0"}";

    /// <summary>Snapshots taken in the very moment in which a workflow closed.</summary>
    private static bool IsRaced(string id, double at) => (id, at) is ("overlap-BUFFER_ALL", 13.0);

    private static JsonNode Recording(string id) => JsonNode.Parse(File.ReadAllText(TestPaths.Shared("golden", "schedules", "behaviour.json")))!["recordings"]!
        .AsArray().Single(recording => recording!["id"]!.GetValue<string>() == id)!;

    private static Schedule Schedule(string id, JsonNode setup, string prefix)
    {
        var fields = setup as JsonObject;
        var interval = fields?["interval"]?.GetValue<string>() switch { "1 h" => 3600, "4s" => 4, _ => 2 };
        var schedule = new Schedule
        {
            Spec = new() { Interval = { new IntervalSpec { Interval = new() { Seconds = interval } } } },
            Action = new() { StartWorkflow = new NewWorkflowExecutionInfo { WorkflowId = prefix, WorkflowType = new() { Name = "Scheduled" }, TaskQueue = new() { Name = "q" } } },
            Policies = new() { PauseOnFailure = fields?["pauseOnFailure"]?.GetValue<bool>() ?? false },
            State = new() { Paused = fields?["paused"]?.GetValue<bool>() ?? false },
        };
        if (id == "action-cannot-start")
        {
            schedule.Spec.Interval[0].Phase = new() { Seconds = 1 };
        }

        if (fields?["endTime"] is not null)
        {
            schedule.Spec.EndTime = Timestamp.FromDateTime(ScheduleWorld.At(12));
        }

        if (id.StartsWith("overlap", StringComparison.Ordinal))
        {
            schedule.Policies.OverlapPolicy = Policy(setup["overlapPolicy"]!.GetValue<string>());
        }

        return schedule;
    }

    private static ScheduleOverlapPolicy Policy(string name) => System.Enum.Parse<ScheduleOverlapPolicy>(name.Replace("_", ""), ignoreCase: true);

    private static SchedulePatch Backfill(string policy) => new()
    {
        BackfillRequest =
        {
            new BackfillRequest
            {
                StartTime = Timestamp.FromDateTime(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc)),
                EndTime = Timestamp.FromDateTime(new DateTime(2026, 1, 1, 3, 0, 0, DateTimeKind.Utc)),
                OverlapPolicy = Policy(policy),
            },
        },
    };

    private static string Recorded(JsonNode snapshot, bool compareFuture)
    {
        var info = snapshot["info"]!;
        var actions = (info["recentActions"]?.AsArray() ?? []).Select(a => $"{a!["scheduleTime"]} {a["startWorkflowResult"]!["workflowId"]} {a["startWorkflowStatus"]!.GetValue<string>()["WORKFLOW_EXECUTION_STATUS_".Length..]}");
        var running = (info["runningWorkflows"]?.AsArray() ?? []).Select(r => r!["workflowId"]!.GetValue<string>());
        var future = compareFuture ? (info["futureActionTimes"]?.AsArray() ?? []).Select(t => t!.GetValue<string>()) : [];
        return Line(Counters(info), info["bufferSize"]?.ToString() ?? "0", actions, running, future, snapshot["state"]?["paused"]?.GetValue<bool>() ?? false, snapshot["state"]?["notes"]?.GetValue<string>() ?? "");
    }

    private static string Seen(Schedule schedule, ScheduleInfo info, bool compareFuture) => Line(
        $"{info.ActionCount} {info.MissedCatchupWindow} {info.OverlapSkipped}",
        info.BufferSize.ToString(CultureInfo.InvariantCulture),
        info.RecentActions.Select(a => $"{ScheduleWorld.Time(a.ScheduleTime.ToDateTime())} {Named(a.StartWorkflowResult.WorkflowId)} {a.StartWorkflowStatus.ToString().ToUpperInvariant()}"),
        info.RunningWorkflows.Select(r => Named(r.WorkflowId)),
        compareFuture ? info.FutureActionTimes.Take(3).Select(t => ScheduleWorld.Time(t.ToDateTime())) : [],
        schedule.State.Paused,
        schedule.State.Notes);

    private static string Line(string counters, string buffer, IEnumerable<string> actions, IEnumerable<string> running, IEnumerable<string> future, bool paused, string notes) =>
        $"counters {counters}, buffer {buffer}, paused {paused} {Real().Replace(notes, "<time>")}\n  actions {string.Join(" | ", actions)}\n  running {string.Join(" | ", running)}\n  future {string.Join(' ', future)}";

    /// <summary>A workflow id as recordings write it.</summary>
    private static string Named(string workflowId) => Real().Replace(workflowId, match =>
    {
        var seconds = (DateTime.Parse(match.Value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal) - ScheduleWorld.Origin).TotalSeconds;
        return Math.Abs(seconds) < 86_400 ? $"<t={seconds.ToString(CultureInfo.InvariantCulture)}>" : match.Value;
    });

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")]
    private static partial Regex Real();

    [GeneratedRegex(@"-(<t=\d+>|\d{4}-\d\d-\d\dT.*)$")]
    private static partial Regex Suffix();
}
