using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Clients;

/// <summary>The few commands of the <c>temporal</c> CLI that the recordings run beside the recorded one, as the calls that they make.</summary>
public static class CliCommand
{
    private const string Workflows = "/temporal.api.workflowservice.v1.WorkflowService/";
    private const string Operators = "/temporal.api.operatorservice.v1.OperatorService/";

    /// <summary>Runs the command; one that is not known, or whose feature the server does not offer, does nothing.</summary>
    public static async Task RunAsync(WireClient client, IReadOnlyList<string> command)
    {
        var words = command.Skip(1).TakeWhile(w => !w.StartsWith('-')).ToList();
        var flags = Flags(command.Skip(1 + words.Count).ToList());
        string? Flag(string name) => flags.GetValueOrDefault(name);
        JsonObject Execution() => new() { ["workflowId"] = Flag("workflow-id") };
        JsonNode? Input() => Flag("input") is { } json ? Payload(json) : null;
        var (path, request) = string.Join(' ', words) switch
        {
            "workflow start" => ("StartWorkflowExecution", Start(Flag("workflow-id")!, Flag("type")!, Flag("task-queue")!, Flag("input"))),
            "workflow signal" => ("SignalWorkflowExecution", new JsonObject { ["workflowExecution"] = Execution(), ["signalName"] = Flag("name"), ["input"] = Input() }),
            "workflow terminate" => ("TerminateWorkflowExecution", new JsonObject { ["workflowExecution"] = Execution(), ["reason"] = Flag("reason") }),
            "workflow cancel" => ("RequestCancelWorkflowExecution", new JsonObject { ["workflowExecution"] = Execution() }),
            "workflow pause" => ("PauseWorkflowExecution", new JsonObject { ["workflowId"] = Flag("workflow-id") }),
            "workflow update start" or "workflow update execute" => ("UpdateWorkflowExecution", new JsonObject
            {
                ["workflowExecution"] = Execution(),
                ["waitPolicy"] = new JsonObject
                {
                    ["lifecycleStage"] = words[^1] == "start" ? "UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED" : "UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED",
                },
                ["request"] = new JsonObject { ["meta"] = new JsonObject { ["updateId"] = Flag("update-id") }, ["input"] = new JsonObject { ["name"] = Flag("name"), ["args"] = Input() } },
            }),
            "activity pause" => ("PauseActivityExecution", new JsonObject
            {
                ["workflowId"] = Flag("workflow-id"), ["activityId"] = Flag("activity-id"), ["resourceId"] = $"workflow:{Flag("workflow-id")}",
            }),
            "schedule create" => ("CreateSchedule", Schedule(flags)),
            "schedule trigger" => ("PatchSchedule", new JsonObject
            {
                ["scheduleId"] = Flag("schedule-id"), ["patch"] = new JsonObject { ["triggerImmediately"] = new JsonObject() },
            }),
            "operator namespace create" => ("RegisterNamespace", new JsonObject { ["namespace"] = Flag("namespace"), ["workflowExecutionRetentionPeriod"] = "86400s" }),
            "operator search-attribute create" => (Operators + "AddSearchAttributes", new JsonObject
            {
                ["searchAttributes"] = new JsonObject { [Flag("name")!] = $"INDEXED_VALUE_TYPE_{Flag("type")!.ToUpperInvariant()}" },
            }),
            "operator nexus endpoint create" => (Operators + "CreateNexusEndpoint", new JsonObject
            {
                ["spec"] = new JsonObject
                {
                    ["name"] = Flag("name"),
                    ["target"] = new JsonObject { ["worker"] = new JsonObject { ["namespace"] = Flag("target-namespace"), ["taskQueue"] = Flag("target-task-queue") } },
                },
            }),
            _ => ("", new JsonObject()),
        };
        if (path.Length > 0)
        {
            request["namespace"] ??= "default";
            await client.CallAsync(path.StartsWith('/') ? path : Workflows + path, request, TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>A request that starts a workflow of the population.</summary>
    public static JsonObject Start(string workflowId, string type, string queue, string? input = null) => new()
    {
        ["namespace"] = "default",
        ["workflowId"] = workflowId,
        ["workflowType"] = new JsonObject { ["name"] = type },
        ["taskQueue"] = new JsonObject { ["name"] = queue },
        ["input"] = input is null ? null : Payload(input),
        ["identity"] = "temporal-cli:user@host",
        ["requestId"] = Guid.NewGuid().ToString(),
        ["workflowExecutionTimeout"] = "0s",
        ["workflowRunTimeout"] = "0s",
        ["workflowTaskTimeout"] = "10s",
    };

    /// <summary>One argument of JSON.</summary>
    public static JsonNode Payload(string json) => new JsonObject
    {
        ["payloads"] = new JsonArray(new JsonObject
        {
            ["metadata"] = new JsonObject { ["encoding"] = "anNvbi9wbGFpbg==" },
            ["data"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(json)),
        }),
    };

    private static JsonObject Schedule(Dictionary<string, string> flags)
    {
        var spec = flags.TryGetValue("cron", out var cron)
            ? new JsonObject { ["cronString"] = new JsonArray(cron) }
            : new JsonObject { ["interval"] = new JsonArray(new JsonObject { ["interval"] = $"{int.Parse(flags["interval"].TrimEnd('h')) * 3600}s", ["phase"] = "0s" }) };
        spec["jitter"] = "0s";
        var action = Schedules.ScheduleCalls.Action(flags["workflow-id"], flags["task-queue"]);
        foreach (var (timeout, value) in new[] { ("workflowExecutionTimeout", "0s"), ("workflowRunTimeout", "0s"), ("workflowTaskTimeout", "10s") })
        {
            action["startWorkflow"]![timeout] = value;
        }

        return new JsonObject
        {
            ["scheduleId"] = flags["schedule-id"],
            ["requestId"] = Guid.NewGuid().ToString(),
            ["schedule"] = new JsonObject
            {
                ["spec"] = spec,
                ["action"] = action,
                ["state"] = new JsonObject { ["paused"] = flags.ContainsKey("paused") },
            },
        };
    }

    private static Dictionary<string, string> Flags(List<string> arguments)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i].TrimStart('-');
            flags[name] = i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal) ? arguments[++i] : "";
        }

        return flags;
    }
}
