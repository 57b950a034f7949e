using System.Text.Json.Nodes;
using Temporalio.Worker;
using Temporalio.Worker.Activations;

namespace Temporalio.Tests.Replay;

/// <summary>Compares the steps that a history is cut into, with their jobs in order and the commands they lead to, with the core's own.</summary>
internal static class ActivationJudge
{
    /// <summary>File of the recorded activations, a line for each history.</summary>
    public const string File = "activations.jsonl";

    /// <summary>The recorded lines of a folder by the history's name; none when there is no such file.</summary>
    public static IReadOnlyDictionary<string, JsonArray> Read(string folder)
    {
        var path = Path.Combine(folder, File);
        return !System.IO.File.Exists(path)
            ? new Dictionary<string, JsonArray>()
            : System.IO.File.ReadLines(path).Where(l => l.Length > 0).Select(l => JsonNode.Parse(l)!).ToDictionary(
                l => l["history"]!.ToString().Replace(".history.json", string.Empty, StringComparison.Ordinal), l => l["activations"]!.AsArray(), StringComparer.Ordinal);
    }

    /// <summary>What differs; empty when nothing does.</summary>
    public static async Task<IReadOnlyList<string>> JudgeAsync(string folder, string name, JsonArray recorded)
    {
        var seen = new List<string>();
        var history = GoldenHistories.Read(folder, name);
        var options = GoldenHistories.Options(name, history);
        options.Activated = (activation, commands) => seen.Add(Text(
            activation.HistoryLength, activation.Jobs.Select(Text), commands.Where(c => c is not WorkflowCommand.QueryAnswer).Select(Text)));
        var result = await new WorkflowReplayer(options).ReplayWorkflowAsync(history, throwOnReplayFailure: false);
        if (result.ReplayFailure is { } failure)
        {
            return [failure.Message];
        }

        // Activations that hold nothing but queries are no steps of the history.
        var expected = recorded.Select(a => Text(
            a!["historyLength"]!.GetValue<int>(), a["jobs"]!.AsArray().Select(j => j!.ToString()), a["commands"]!.AsArray().Select(c => c!.ToString()))).ToList();
        return expected.SequenceEqual(seen, StringComparer.Ordinal)
            ? []
            : [$"expected\n    {string.Join("\n    ", expected)}\n  seen\n    {string.Join("\n    ", seen)}"];
    }

    private static string Text(int historyLength, IEnumerable<string> jobs, IEnumerable<string> commands) =>
        $"{historyLength}: {string.Join(", ", jobs)} -> {string.Join(", ", commands)}";

    private static string Text(ActivationJob job) => job switch
    {
        ActivationJob.Initialize => "initialize_workflow",
        ActivationJob.NotifyPatch patch => $"notify_has_patch {patch.PatchId}",
        ActivationJob.UpdateRandomSeed => "update_random_seed",
        ActivationJob.Signal signal => $"signal_workflow {signal.Attributes.SignalName}",
        ActivationJob.Update update => $"do_update {update.Request.Input.Name} {update.ProtocolInstanceId} run_validator={(update.RunValidator ? "true" : "false")}",
        ActivationJob.Cancel => "cancel_workflow",
        ActivationJob.FireTimer timer => $"fire_timer seq {timer.Seq}",
        ActivationJob.ResolveActivity activity => $"resolve_activity seq {activity.Seq} {Text(activity.EndedAs)}{(activity.Local ? " local" : string.Empty)}",
        ActivationJob.ResolveChildStart child =>
            $"resolve_child_workflow_execution_start seq {child.Seq} {(child.RunId is not null ? "succeeded" : child.FailedCause is not null ? "failed" : "cancelled")}",
        ActivationJob.ResolveChild child => $"resolve_child_workflow_execution seq {child.Seq} {Text(child.EndedAs)}",
        ActivationJob.ResolveSignalExternal signal => $"resolve_signal_external_workflow seq {signal.Seq}",
        ActivationJob.ResolveCancelExternal cancel => $"resolve_request_cancel_external_workflow seq {cancel.Seq}",
        ActivationJob.Query query => $"query_workflow {query.Request.QueryType}",
        _ => throw new InvalidOperationException($"A job of type {job.GetType().Name} has no recorded form."),
    };

    private static string Text(ActivationJob.Ending ending) => ending == ActivationJob.Ending.Canceled ? "cancelled" : ending.ToString().ToLowerInvariant();

    private static string Text(WorkflowCommand command) => command switch
    {
        WorkflowCommand.StartTimer timer => $"start_timer seq {timer.Seq}",
        WorkflowCommand.CancelTimer timer => $"cancel_timer seq {timer.Seq}",
        WorkflowCommand.ScheduleActivity activity => $"schedule_activity seq {activity.Seq}",
        WorkflowCommand.ScheduleLocalActivity activity => $"schedule_local_activity seq {activity.Seq}",
        WorkflowCommand.CancelActivity { Local: true } activity => $"request_cancel_local_activity seq {activity.Seq}",
        WorkflowCommand.CancelActivity activity => $"request_cancel_activity seq {activity.Seq}",
        WorkflowCommand.StartChild child => $"start_child_workflow_execution seq {child.Seq} cancellation_type {(int)child.CancellationType}",
        WorkflowCommand.CancelChild => "cancel_child_workflow_execution",
        WorkflowCommand.SignalExternal signal => $"signal_external_workflow_execution seq {signal.Seq}",
        WorkflowCommand.CancelSignalExternal signal => $"cancel_signal_workflow seq {signal.Seq}",
        WorkflowCommand.CancelExternal cancel => $"request_cancel_external_workflow_execution seq {cancel.Seq}",
        WorkflowCommand.SetPatchMarker patch => $"set_patch_marker {patch.PatchId}",
        WorkflowCommand.UpsertSearchAttributes => "upsert_workflow_search_attributes",
        WorkflowCommand.ModifyMemo => "modify_workflow_properties",
        WorkflowCommand.UpdateAccepted update => $"update_response {update.ProtocolInstanceId} accepted",
        WorkflowCommand.UpdateRejected update => $"update_response {update.ProtocolInstanceId} rejected",
        WorkflowCommand.UpdateCompleted update => $"update_response {update.ProtocolInstanceId} completed",
        WorkflowCommand.CompleteWorkflow => "complete_workflow_execution",
        WorkflowCommand.FailWorkflow => "fail_workflow_execution",
        WorkflowCommand.CancelWorkflow => "cancel_workflow_execution",
        WorkflowCommand.ContinueAsNew => "continue_as_new_workflow_execution",
        _ => throw new InvalidOperationException($"A command of type {command.GetType().Name} has no recorded form."),
    };
}
