using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Clients;

/// <summary>The workflows, schedules and attributes that stand behind the recordings.</summary>
public static class Population
{
    private const string Workflows = "/temporal.api.workflowservice.v1.WorkflowService/";
    private const string Operators = "/temporal.api.operatorservice.v1.OperatorService/";

    /// <summary>A batch operation that is over.</summary>
    public const string BatchJob = "5f7a1de2-3e1d-4f5e-9f0e-0d4b2c7f1a10";

    /// <summary>Makes all of it; a worker must be there.</summary>
    public static async Task MakeAsync(WireClient client)
    {
        var attributes = new JsonObject();
        foreach (var (name, type) in new[]
        {
            ("CustomK", "KEYWORD"), ("CustomI", "INT"), ("CustomT", "TEXT"), ("CustomB", "BOOL"), ("CustomD", "DATETIME"), ("CustomF", "DOUBLE"), ("CustomKL", "KEYWORD_LIST"),
            ("Pipeline", "KEYWORD"), ("Partition", "KEYWORD"),
        })
        {
            attributes[name] = $"INDEXED_VALUE_TYPE_{type}";
        }

        await RequireAsync(client, Operators + "AddSearchAttributes", new JsonObject { ["namespace"] = "default", ["searchAttributes"] = attributes });
        foreach (var (id, type, input) in new[]
        {
            ("pop-greet-1", "Greeting", "\"Ada\""), ("pop-greet-2", "Greeting", "\"Bob\""), ("pop-greet-3", "Greeting", "\"Cy\""), ("pop-long-1", "LongRunning", null), ("pop-long-2", "LongRunning", null),
            ("pop-fail-1", "Failing", "\"bang\""), ("pop-retry-1", "RetryingActivity", null), ("pop-hb-1", "Heartbeating", null), ("pop-parent-1", "Parent", "3"), ("pop-parent-open", "Parent", "2"),
            ("pop-can-1", "Can", "1"), ("pop-term-1", "LongRunning", null), ("pop-canc-1", "LongRunning", null), ("pop-to-1", "LongRunning", null), ("run/covid/2020-02-28", "PipelineRun", "{}"),
        })
        {
            var request = CliCommand.Start(id, type, "pipelines", input);
            if (id.StartsWith("pop-long", StringComparison.Ordinal))
            {
                request["memo"] = new JsonObject { ["fields"] = new JsonObject { ["owner"] = CliCommand.Payload("\"team-data\"")["payloads"]![0]!.DeepClone() } };
                request["searchAttributes"] = new JsonObject { ["indexedFields"] = new JsonObject { ["CustomK"] = CliCommand.Payload("\"x\"")["payloads"]![0]!.DeepClone() } };
                request["userMetadata"] = new JsonObject { ["summary"] = CliCommand.Payload("\"long one\"")["payloads"]![0]!.DeepClone() };
            }

            request["workflowExecutionTimeout"] = id == "pop-to-1" ? "1s" : "0s";
            await RequireAsync(client, Workflows + "StartWorkflowExecution", request);
        }

        await CliCommand.RunAsync(client, ["temporal", "workflow", "terminate", "--workflow-id", "pop-term-1", "--reason", "stuck"]);
        await CliCommand.RunAsync(client, ["temporal", "workflow", "cancel", "--workflow-id", "pop-canc-1"]);
        await CliCommand.RunAsync(client, ["temporal", "schedule", "create", "--schedule-id", "ui-sched", "--workflow-id", "wf-ui", "--cron", "0 6 * * *", "--type", "Scheduled", "--task-queue", "pipelines"]);
        await CliCommand.RunAsync(client, ["temporal", "schedule", "trigger", "--schedule-id", "ui-sched"]);
        await CliCommand.RunAsync(client, ["temporal", "operator", "nexus", "endpoint", "create", "--name", "ep-t", "--target-namespace", "default", "--target-task-queue", "pipelines"]);
        await RequireAsync(client, Workflows + "StartBatchOperation", new JsonObject
        {
            ["namespace"] = "default", ["jobId"] = BatchJob, ["reason"] = "first", ["visibilityQuery"] = "WorkflowId=\"pop-long-2\"",
            ["signalOperation"] = new JsonObject { ["signal"] = "add", ["identity"] = "temporal-cli:user@host" },
        });
        foreach (var id in new[] { "pop-greet-1", "pop-greet-2", "pop-greet-3", "pop-fail-1", "pop-parent-1", "pop-canc-1", "pop-to-1", "run/covid/2020-02-28" })
        {
            await CloseAsync(client, id);
        }

        foreach (var id in new[] { "pop-long-1", "pop-long-2", "pop-retry-1", "pop-hb-1" })
        {
            await SettleAsync(client, id);
        }
    }

    /// <summary>Waits until the workflow's first task is done.</summary>
    public static async Task SettleAsync(WireClient client, string workflowId)
    {
        for (var i = 0; i < 50; i++)
        {
            var history = await RequireAsync(client, Workflows + "GetWorkflowExecutionHistory", Execution(workflowId));
            if (history["history"]!["events"]!.AsArray().Any(e => e!["eventType"]!.ToString() == "EVENT_TYPE_WORKFLOW_TASK_COMPLETED"))
            {
                return;
            }

            await Task.Delay(100);
        }
    }

    private static async Task CloseAsync(WireClient client, string workflowId)
    {
        var request = Execution(workflowId);
        (request["waitNewEvent"], request["historyEventFilterType"]) = (true, "HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT");
        await RequireAsync(client, Workflows + "GetWorkflowExecutionHistory", request);
    }

    private static JsonObject Execution(string workflowId) => new() { ["namespace"] = "default", ["execution"] = new JsonObject { ["workflowId"] = workflowId } };

    private static async Task<JsonNode> RequireAsync(WireClient client, string path, JsonNode request)
    {
        var answer = await client.CallAsync(path, request, TimeSpan.FromSeconds(30));
        return answer.Code == "OK" ? answer.Response! : throw new InvalidOperationException($"{path} answered {answer.Code} '{answer.Message}' to {request.ToJsonString()}");
    }
}
