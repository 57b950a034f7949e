using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Schedules;

/// <summary>The recording <c>request-ids</c>: creations and updates that are repeated.</summary>
internal sealed class RequestIdCase(WireClient client, JsonObject recording)
{
    private const string Namespace = SchedulesGroup.Namespace;
    private const string Id = "request-ids";

    public async Task<List<string>> RunAsync()
    {
        var steps = recording["steps"]!.AsArray();
        var differences = new List<string>();
        var notes = new Queue<string>(["one", "two", "three", "four"]);
        foreach (var (step, i) in steps.Select((s, i) => (s!, i)))
        {
            var name = step["step"]!.ToString();
            if (name.StartsWith("after delete", StringComparison.Ordinal) && steps[i - 1]!["error"] is null)
            {
                await client.CallAsync("DeleteSchedule", ScheduleCalls.Named(Namespace, Id));
            }

            if (name.Contains("create", StringComparison.Ordinal))
            {
                var answer = await client.CallAsync("CreateSchedule", Creation(name[name.IndexOf("request id ", StringComparison.Ordinal) + "request id ".Length].ToString(), notes.Dequeue()));
                differences.AddRange(ScheduleCalls.Compare(new JsonObject { ["response"] = step["result"]!.DeepClone() }, answer).Select(d => $"{i} {name}: {d}"));
            }
            else if (name.StartsWith("notes after update", StringComparison.Ordinal))
            {
                var update = Creation("same", name.Split(' ')[^1]);
                await client.CallAsync("UpdateSchedule", update);
                await DescribeAsync(step, $"{i} {name}", differences);
            }
            else if (name == "describe")
            {
                await DescribeAsync(step, $"{i} {name}", differences);
            }
        }

        return differences;
    }

    private static JsonObject Creation(string requestId, string note)
    {
        var request = ScheduleCalls.Creation(Namespace, Id, new()
        {
            ["spec"] = new JsonObject(), ["action"] = ScheduleCalls.Action(), ["state"] = new JsonObject { ["paused"] = true, ["notes"] = note },
        });
        request["requestId"] = $"request-ids-{requestId}";
        return request;
    }

    private async Task DescribeAsync(JsonNode step, string place, List<string> differences)
    {
        var answer = await client.CallAsync("DescribeSchedule", ScheduleCalls.Named(Namespace, Id));
        var seen = answer.Response?["schedule"]?["state"]?["notes"]?.ToString();
        if (seen != step["notes"]?.ToString() || (step["error"]?["code"]?.ToString() ?? "OK") != answer.Code)
        {
            differences.Add($"{place}: {answer.Code} '{seen}', recorded {step["error"]?["code"] ?? "OK"} '{step["notes"]}'");
        }
    }
}
