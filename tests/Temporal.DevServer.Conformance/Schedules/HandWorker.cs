using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Schedules;

/// <summary>A worker by hand, as the recordings had: a timer until the workflow's end, then the end; a cancel request is answered at once.</summary>
public sealed class HandWorker(WireClient client, string queue, ScheduleClock clock, Func<string, Ending> plan)
{
    private readonly Dictionary<string, (Ending Ending, int Number)> _endings = new(StringComparer.Ordinal);

    /// <summary>First events of the workflows in the order in which they were seen.</summary>
    public List<JsonNode> Starts { get; } = [];

    /// <summary>Works until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            WireAnswer answer;
            try
            {
                answer = await client.CallAsync(
                    "/temporal.api.workflowservice.v1.WorkflowService/PollWorkflowTaskQueue",
                    new JsonObject { ["namespace"] = SchedulesGroup.Namespace, ["taskQueue"] = new JsonObject { ["name"] = queue }, ["identity"] = "worker@host" },
                    TimeSpan.FromSeconds(20), cancellationToken: stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (answer.Response?["taskToken"]?.ToString() is { Length: > 0 } token)
            {
                var commands = Decide(answer.Response);
                var done = new JsonObject { ["namespace"] = SchedulesGroup.Namespace, ["taskToken"] = token, ["identity"] = "worker@host", ["commands"] = commands };
                await client.CallAsync("RespondWorkflowTaskCompleted", done);
            }
        }
    }

    private JsonArray Decide(JsonNode task)
    {
        var events = task["history"]!["events"]!.AsArray();
        var runId = task["workflowExecution"]!["runId"]!.ToString();
        if (!_endings.TryGetValue(runId, out var planned))
        {
            Starts.Add(events[0]!);
            _endings[runId] = planned = (plan(task["workflowExecution"]!["workflowId"]!.ToString()), Starts.Count);
            if (planned.Ending.At is not { } at)
            {
                return [];
            }

            var left = at - clock.Now;
            if (left > 0.02)
            {
                return [new JsonObject
                {
                    ["commandType"] = "COMMAND_TYPE_START_TIMER",
                    ["startTimerCommandAttributes"] = new JsonObject { ["timerId"] = "1", ["startToFireTimeout"] = FormattableString.Invariant($"{left:0.000}s") },
                }];
            }
        }

        var cancelled = events.Any(e => e!["eventType"]!.ToString() == "EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED");
        return planned.Ending.At is null && !cancelled ? [] : [End(cancelled ? "CANCELED" : planned.Ending.Status, planned.Number)];
    }

    private static JsonObject End(string status, int number) => status switch
    {
        "CANCELED" => new() { ["commandType"] = "COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION", ["cancelWorkflowExecutionCommandAttributes"] = new JsonObject() },
        "FAILED" => new()
        {
            ["commandType"] = "COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION",
            ["failWorkflowExecutionCommandAttributes"] = JsonNode.Parse("""{"failure":{"message":"boom","applicationFailureInfo":{"type":"Boom","nonRetryable":true}}}"""),
        },
        _ => new()
        {
            ["commandType"] = "COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION",
            ["completeWorkflowExecutionCommandAttributes"] = new JsonObject
            {
                ["result"] = Payloads.ToWire(JsonNode.Parse($$"""{"payloads":[{"$json":"result-{{number}}"}]}""")),
            },
        },
    };
}
