using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Visibility;

/// <summary>Entries in full, search attributes, deletion and delay.</summary>
internal sealed class OtherCases(GoldenNamespace server, Population population, CaseList cases)
{
    /// <summary>A run's entry in a list and its description, field by field.</summary>
    public async Task ExecutionsAsync(JsonObject executions)
    {
        foreach (var (name, recorded) in executions)
        {
            await cases.RunAsync($"entry {name}", differences =>
            {
                Shape.Compare(recorded!["listEntry"], population.Entry(name), "", differences);
                if (population.Entry(name)["startTime"]!.ToString().Length > "2026-01-01T00:00:00.000000Z".Length)
                {
                    differences.Add("/startTime: finer than a microsecond");
                }

                return Task.CompletedTask;
            });
            await cases.RunAsync($"describe {name}", async differences =>
            {
                var description = await server.CallAsync("DescribeWorkflowExecution", new JsonObject { ["execution"] = population.Entry(name)["execution"]!.DeepClone() });
                Shape.Compare(recorded!["describe"], description, "", differences);
            });
        }
    }

    /// <summary>Which search attributes there are, and changes of the namespace's own.</summary>
    public async Task AttributesAsync(JsonNode recorded)
    {
        foreach (var method in new[] { "GetSearchAttributes", "operator.ListSearchAttributes" })
        {
            await cases.RunAsync(method, async differences =>
            {
                var seen = await server.CallAsync(method.Replace("operator.", "OperatorService.", StringComparison.Ordinal), []);
                foreach (var (part, names) in recorded[method]!.AsObject())
                {
                    Shape.Compare(names, seen[part], "/" + part, differences);
                }
            });
        }

        foreach (var call in recorded["operatorCalls"]!.AsArray())
        {
            await cases.RunAsync($"{call!["method"]} {call["name"]}", async differences =>
                Judge(call["result"]!, await server.TryAsync($"OperatorService.{call["method"]}", call["request"]!.DeepClone().AsObject()), differences));
        }
    }

    /// <summary>How soon lists follow, and what deletion leaves.</summary>
    public async Task DeletionAsync(JsonNode recorded)
    {
        await cases.RunAsync("delay", async differences =>
        {
            var slowest = recorded["consistencyDelayMs"]!.AsArray().Max(d => Math.Max(d!["afterStartMs"]!.GetValue<int>(), d["afterCloseMs"]!.GetValue<int>()));
            await StartAsync("delay-probe-0");
            await SeenAsync("delay-probe-0", "Running", slowest, differences);
            await server.CallAsync("TerminateWorkflowExecution", Of("delay-probe-0", "workflowExecution"));
            await SeenAsync("delay-probe-0", "Terminated", slowest, differences);
        });
        foreach (var step in recorded["delete"]!.AsArray())
        {
            var what = step!["step"]!.ToString();
            await cases.RunAsync($"delete: {what}", async differences =>
            {
                if (step["result"] is { } result)
                {
                    Judge(result, await StepAsync(what), differences);
                }
                else
                {
                    await GoneAsync(what.Contains("it over time", StringComparison.Ordinal) ? "del-running" : "delay-probe-0", differences);
                }
            });
        }
    }

    private async Task<WireAnswer> StepAsync(string step)
    {
        switch (step)
        {
            case "DeleteWorkflowExecution of a running workflow":
                await StartAsync("del-running");
                return await server.TryAsync("DeleteWorkflowExecution", Of("del-running", "workflowExecution"));
            case "Describe of it":
                return await server.TryAsync("DescribeWorkflowExecution", Of("del-running", "execution"));
            case "Describe":
                return await server.TryAsync("DescribeWorkflowExecution", Of("delay-probe-0", "execution"));
            case "GetWorkflowExecutionHistory":
                return await server.TryAsync("GetWorkflowExecutionHistory", Of("delay-probe-0", "execution"));
            case "delete unknown id":
                return await server.TryAsync("DeleteWorkflowExecution", Of("never-existed", "workflowExecution"));
            case "delete empty id":
                return await server.TryAsync("DeleteWorkflowExecution", Of("", "workflowExecution"));
            default:
                return await server.TryAsync("DeleteWorkflowExecution", Of("delay-probe-0", "workflowExecution"));
        }
    }

    private Task StartAsync(string id) =>
        server.StartAsync(new JsonObject { ["id"] = id, ["type"] = "Probe", ["taskQueue"] = "tq-idle" });

    private static JsonObject Of(string id, string field) => new() { [field] = new JsonObject { ["workflowId"] = id } };

    private async Task SeenAsync(string id, string status, int within, List<string> differences)
    {
        var watch = Stopwatch.StartNew();
        while ((await server.ListAllAsync($"WorkflowId = '{id}' AND ExecutionStatus = '{status}'")).Count == 0)
        {
            if (watch.ElapsedMilliseconds > 10 * within)
            {
                differences.Add($"'{id}' is not listed as {status} after {watch.ElapsedMilliseconds} ms");
                return;
            }
        }
    }

    private async Task GoneAsync(string id, List<string> differences)
    {
        var watch = Stopwatch.StartNew();
        while ((await server.ListAllAsync($"WorkflowId = '{id}'")).Count > 0)
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(10))
            {
                differences.Add($"'{id}' is still listed");
                return;
            }

            await Task.Delay(20);
        }
    }

    private static void Judge(JsonNode result, WireAnswer answer, List<string> differences)
    {
        var error = result["error"];
        var (code, message) = error is null ? ("OK", "") : (error["code"]!.ToString(), error["message"]!.ToString());
        if (code != answer.Code || message != answer.Message)
        {
            differences.Add($"seen {answer.Code} '{answer.Message}', recorded {code} '{message}'");
        }

        if (error?["details"] is JsonArray details)
        {
            Shape.Compare(details, answer.Details, "/details", differences);
        }
    }
}
