using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance.Clients;

/// <summary>
/// One command or page: its calls are made in order, and each must end as recorded, with the recorded fields in its answer. What the fields
/// hold depends on the population and is compared elsewhere.
/// </summary>
public sealed partial class ClientLine(WireClient client, JsonObject line)
{
    private static readonly Dictionary<string, string> Services = new(StringComparer.Ordinal)
    {
        [""] = "/temporal.api.workflowservice.v1.WorkflowService/",
        ["OperatorService"] = "/temporal.api.operatorservice.v1.OperatorService/",
        ["Health"] = "/grpc.health.v1.Health/",
    };

    /// <summary>The Web UI's recordings do not say the service.</summary>
    private static readonly HashSet<string> OperatorMethods = new(["ListSearchAttributes", "ListNexusEndpoints", "AddSearchAttributes", "RemoveSearchAttributes"], StringComparer.Ordinal);

    /// <summary>Fields whose entries are named by the population, or which a worker of another kind fills.</summary>
    private static readonly HashSet<string> NotCompared = new(
        [
            "customAttributes", "customSearchAttributeAliases", "indexedFields", "fields", "history", "versioningInfo", "capabilities", "stackTrace", "data", "link", "signalLink",
            "memo", "searchAttributes", "httpAddress", "isConnectionEnabled", "metadata", "replicationConfig", "requestIdInfos", "parentExecution", "nextPageToken", "description",
        ], StringComparer.Ordinal);

    private readonly Dictionary<string, string> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonNode?> _tokens = new(StringComparer.Ordinal);
    private readonly List<string> _differences = [];

    /// <summary>Makes the calls; returns the differences.</summary>
    public async Task<List<string>> RunAsync()
    {
        var calls = (line["rpcs"] ?? line["grpc"])?.AsArray() ?? [];
        await PrepareAsync(calls);
        var meanwhile = (line["while_running"]?.AsArray() ?? []).Select(async w =>
        {
            await Task.Delay(TimeSpan.FromSeconds((double)w!["after_s"]!));
            await CliCommand.RunAsync(client, Words(w["command"]!));
        }).ToList();
        foreach (var call in calls)
        {
            await CallAsync(call!);
        }

        await Task.WhenAll(meanwhile);
        return _differences;
    }

    private static List<string> Words(JsonNode command) => [.. command.AsArray().Select(w => w!.ToString())];

    /// <summary>What stands before the recording, and the workflows that the calls name.</summary>
    private async Task PrepareAsync(JsonArray calls)
    {
        foreach (var before in line["before"]?.AsArray() ?? [])
        {
            if (before is JsonArray command)
            {
                var words = Words(command);
                await CliCommand.RunAsync(client, words);
                if (words is ["temporal", "workflow", "start", ..] && words.IndexOf("--workflow-id") is var at and >= 0 && words.Contains("pipelines"))
                {
                    await Population.SettleAsync(client, words[at + 1]);
                }
            }
            else
            {
                _symbols["<uuid-1>"] = Guid.NewGuid().ToString();
                await client.CallAsync(Services[""] + "StartBatchOperation", new JsonObject
                {
                    ["namespace"] = "default", ["jobId"] = _symbols["<uuid-1>"], ["reason"] = "slow batch", ["visibilityQuery"] = "WorkflowType=\"LongRunning\" AND ExecutionStatus=\"Running\"",
                    ["maxOperationsPerSecond"] = 1, ["signalOperation"] = new JsonObject { ["signal"] = "add", ["identity"] = "temporal-cli:user@host" },
                }, TimeSpan.FromSeconds(15));
            }
        }

        await PrepareScheduleAsync(calls);
        if (line["page"]?.ToString() == "batch.detail")
        {
            _symbols["<uuid-1>"] = Population.BatchJob;
        }

        foreach (var execution in calls.SelectMany(c => Executions(c!["request"])))
        {
            var (id, run) = (execution["workflowId"]!.ToString(), execution["runId"]?.ToString());
            if (run is not null && _symbols.ContainsKey(run))
            {
                continue;
            }

            var found = await FindAsync(id);
            if (found is null && !id.StartsWith("no-such", StringComparison.Ordinal) && NeedsWorkflow(id, calls))
            {
                var type = id.StartsWith("uir", StringComparison.Ordinal) ? "RetryingActivity" : "LongRunning";
                await client.CallAsync(Services[""] + "StartWorkflowExecution", CliCommand.Start(id, type, "pipelines"), TimeSpan.FromSeconds(15));
                await Population.SettleAsync(client, id);
                found = await FindAsync(id);
            }

            if (run?.StartsWith('<') == true)
            {
                _symbols[run] = found ?? Guid.NewGuid().ToString();
            }
        }
    }

    /// <summary>Lines name workflows that their recorder had made somewhere before, unless they start them or find them missing.</summary>
    private static bool NeedsWorkflow(string id, JsonArray calls) => !calls.Any(c =>
        c!["method"]!.ToString() is "ExecuteMultiOperation" or "StartActivityExecution" ||
        (c["request"]?["workflowType"] is not null && c["request"]!["workflowId"]?.ToString() == id) ||
        (c["message"]?.ToString().Contains("not found for", StringComparison.Ordinal) == true && Executions(c["request"]).Any(e => e["workflowId"]!.ToString() == id)));

    /// <summary>The same of schedules.</summary>
    private async Task PrepareScheduleAsync(JsonArray calls)
    {
        foreach (var call in calls.Where(c => c!["request"]?["scheduleId"] is not null && c["code"]!.ToString() == "OK" && c["method"]!.ToString() != "CreateSchedule"))
        {
            var id = call!["request"]!["scheduleId"]!.ToString();
            var described = await client.CallAsync(Services[""] + "DescribeSchedule", new JsonObject { ["namespace"] = "default", ["scheduleId"] = id }, TimeSpan.FromSeconds(15));
            if (described.Code == "NOT_FOUND")
            {
                await CliCommand.RunAsync(client, [
                    "temporal", "schedule", "create", "--schedule-id", id, "--workflow-id", $"wf-{id}", "--cron", "0 6 * * *", "--type", "Scheduled", "--task-queue", "pipelines", "--paused",
                ]);
            }
        }
    }

    private async Task<string?> FindAsync(string workflowId)
    {
        var request = new JsonObject { ["namespace"] = "default", ["execution"] = new JsonObject { ["workflowId"] = workflowId } };
        var answer = await client.CallAsync(Services[""] + "DescribeWorkflowExecution", request, TimeSpan.FromSeconds(15));
        return answer.Response?["workflowExecutionInfo"]?["execution"]?["runId"]?.ToString();
    }

    private static IEnumerable<JsonObject> Executions(JsonNode? node) => node switch
    {
        JsonObject o => (o["workflowId"] is not null ? [o] : Enumerable.Empty<JsonObject>()).Concat(o.SelectMany(p => Executions(p.Value))),
        JsonArray a => a.SelectMany(Executions),
        _ => [],
    };

    private async Task CallAsync(JsonNode call)
    {
        var method = call["method"]!.ToString();
        var request = call["request"]?["_bytes"] is not null ? new JsonObject() : call["request"] ?? new JsonObject();
        var key = $"{method} {request["execution"]?.ToJsonString()} {request["waitNewEvent"]}";
        if (request["nextPageToken"]?.ToString() == "<bytes>" && (!_tokens.TryGetValue(key, out var token) || token is null))
        {
            return; // the answer before was whole already
        }

        var service = Services[call["service"]?.ToString() ?? (OperatorMethods.Contains(method) ? "OperatorService" : "")];
        var waits = request["waitNewEvent"]?.GetValue<bool>() == true;
        var answer = await client.CallAsync(service + method, Substituted(request, key)!, TimeSpan.FromSeconds(waits && line["page"] is not null ? 1.5 : 20));
        _tokens[key] = answer.Response?["nextPageToken"];
        var code = call["code"]!.ToString();
        if (code == "CANCELLED")
        {
            return; // the page was left before the answer came
        }

        Learn(call["response"], answer.Response);
        if (waits && line["page"] is not null && answer.Code is "OK" or "DEADLINE_EXCEEDED")
        {
            return; // the recorded wait ended with news of that day, or with the page
        }

        if (answer.Code != code)
        {
            _differences.Add($"{method}: {answer.Code} '{answer.Message}', recorded {code} '{call["message"]}'");
        }
        else if (code != "OK" && !Matches(call["message"]!.ToString(), answer.Message))
        {
            _differences.Add($"{method}: message '{answer.Message}', recorded '{call["message"]}'");
        }
        else if (call["response"] is JsonObject response && response["_bytes"] is null)
        {
            ComparePresence(response, answer.Response, method);
        }
    }

    private JsonNode? Substituted(JsonNode? node, string tokenKey) => node switch
    {
        JsonObject o => new JsonObject(o.Where(p => p.Key is not ("data_text" or "_bytes")).Select(p => KeyValuePair.Create(p.Key, Substituted(p.Value, tokenKey)))),
        JsonArray a => new JsonArray([.. a.Select(n => Substituted(n, tokenKey))]),
        JsonValue v when v.TryGetValue<string>(out var text) => text == "<bytes>" ? _tokens.GetValueOrDefault(tokenKey)?.DeepClone() : JsonValue.Create(Written(text)),
        _ => node?.DeepClone(),
    };

    private string Written(string text)
    {
        text = Id().Replace(text, m => _symbols.TryGetValue(m.Value, out var known) ? known : _symbols[m.Value] = Guid.NewGuid().ToString());
        return text == "<time>" ? DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : text.Replace("<build-id>", "b", StringComparison.Ordinal);
    }

    private bool Matches(string recorded, string seen) =>
        Regex.IsMatch(seen, "^" + string.Join(".*", Any().Split(Id().Replace(recorded, m => _symbols.GetValueOrDefault(m.Value, m.Value))).Select(Regex.Escape)) + "$");

    /// <summary>Ids that the answer gave are what later calls of the line name.</summary>
    private void Learn(JsonNode? recorded, JsonNode? seen)
    {
        if (recorded is JsonObject o && seen is JsonObject other)
        {
            foreach (var (name, value) in o)
            {
                Learn(value, other[name]);
            }
        }
        else if (recorded is JsonArray a && seen is JsonArray list)
        {
            foreach (var (left, right) in a.Zip(list))
            {
                Learn(left, right);
            }
        }
        else if (recorded is JsonValue v && seen is JsonValue && Id().Match(v.ToString()) is { Success: true } m && m.Length == v.ToString().Length)
        {
            _symbols[m.Value] = seen.ToString();
        }
    }

    private void ComparePresence(JsonObject recorded, JsonNode? seen, string path)
    {
        foreach (var (name, value) in recorded)
        {
            var other = (seen as JsonObject)?[name];
            if (NotCompared.Contains(name) || IsPlaceholder(value))
            {
                continue;
            }

            switch (value)
            {
                case JsonObject { Count: > 0 } o when other is not JsonObject:
                case JsonArray { Count: > 0 } when other is not JsonArray { Count: > 0 }:
                case JsonValue when other is null:
                    _differences.Add($"{path}/{name}: missing, recorded {Short(value!)}");
                    break;
                case JsonObject o:
                    ComparePresence(o, other, $"{path}/{name}");
                    break;
                case JsonArray { Count: > 0 } a when a[0] is JsonObject first:
                    ComparePresence(first, other!.AsArray()[0], $"{path}/{name}/0");
                    break;
            }
        }
    }

    /// <summary>A number that depends on the load of that moment.</summary>
    private static bool IsPlaceholder(JsonNode? value) => value is JsonValue v && v.ToString() is "<number>";

    private static string Short(JsonNode node) => node.ToJsonString() is { Length: > 120 } text ? text[..120] + "…" : node.ToJsonString();

    [GeneratedRegex(@"<uuid-\d+>")]
    private static partial Regex Id();

    [GeneratedRegex(@"<[a-z0-9-]+>")]
    private static partial Regex Any();
}
