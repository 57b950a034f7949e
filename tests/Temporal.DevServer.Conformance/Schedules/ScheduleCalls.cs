using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance.Schedules;

/// <summary>Calls about schedules as the recordings write them.</summary>
public static partial class ScheduleCalls
{
    private const string Workflows = "/temporal.api.workflowservice.v1.WorkflowService/";

    /// <summary>Makes a call of the workflow service.</summary>
    public static Task<WireAnswer> CallAsync(this WireClient client, string method, JsonNode request) =>
        client.CallAsync(Workflows + method, Written(request)!, TimeSpan.FromSeconds(30));

    /// <summary>Makes a call that must succeed and returns its answer.</summary>
    public static async Task<JsonNode> RequireAsync(this WireClient client, string method, JsonNode request)
    {
        var answer = await client.CallAsync(method, request);
        return answer.Code == "OK" ? answer.Response! : throw new InvalidOperationException($"{method} answered {answer.Code} '{answer.Message}' to {request.ToJsonString()}");
    }

    /// <summary>A request that creates a schedule; <paramref name="schedule"/> is taken over.</summary>
    public static JsonObject Creation(string ns, string id, JsonObject schedule) => new()
    {
        ["namespace"] = ns,
        ["scheduleId"] = id,
        ["requestId"] = Guid.NewGuid().ToString(),
        ["identity"] = "client@host",
        ["schedule"] = schedule,
    };

    /// <summary>An action that nobody works on.</summary>
    public static JsonObject Action(string workflowId = "spec-wf", string queue = "q-none") =>
        new() { ["startWorkflow"] = new JsonObject { ["workflowId"] = workflowId, ["workflowType"] = new JsonObject { ["name"] = "Scheduled" }, ["taskQueue"] = new JsonObject { ["name"] = queue } } };

    /// <summary>A request that names a schedule.</summary>
    public static JsonObject Named(string ns, string id) => new() { ["namespace"] = ns, ["scheduleId"] = id };

    /// <summary>Compares an answer with a recorded entry's <c>response</c> or <c>error</c>.</summary>
    public static List<string> Compare(JsonNode entry, WireAnswer answer)
    {
        var comparison = new Comparison(new Symbols(), new HashSet<string>());
        if (entry["error"] is not { } error)
        {
            if (answer.Code != "OK")
            {
                return [$"{answer.Code} '{answer.Message}', recorded an answer"];
            }

            comparison.Compare(entry["response"], answer.Response, "");
            return comparison.Differences;
        }

        if (answer.Code != error["code"]!.ToString() || answer.Message != error["message"]!.ToString())
        {
            return [$"{answer.Code} '{answer.Message}', recorded {error["code"]} '{error["message"]}'"];
        }

        comparison.Compare(error["details"], new JsonArray([.. answer.Details.Select(WithoutPrefix)]), "/details");
        return comparison.Differences;
    }

    /// <summary>Symbols of these recordings written out: ids anywhere, and repeated characters.</summary>
    public static JsonNode? Written(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(p => KeyValuePair.Create(p.Key, Written(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Written)]),
        JsonValue v when v.TryGetValue<string>(out var text) => JsonValue.Create(
            Repeated().Replace(text.Replace("<uuid>", Guid.NewGuid().ToString(), StringComparison.Ordinal), m => new string(m.Groups[1].Value[0], int.Parse(m.Groups[2].Value)))),
        _ => node?.DeepClone(),
    };

    private static JsonNode WithoutPrefix(JsonNode? detail)
    {
        var copy = detail!.DeepClone().AsObject();
        var type = copy["@type"]!.GetValue<string>();
        copy["@type"] = type[(type.LastIndexOf('/') + 1)..];
        return copy;
    }

    [GeneratedRegex("<'(.)' repeated (\\d+) times>")]
    private static partial Regex Repeated();
}
