using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Schedules;

/// <summary>Calls in the order in which they were recorded, with what the recorder did in between.</summary>
public sealed class ScheduleApiCases(WireClient client, JsonNode api)
{
    private const string Namespace = SchedulesGroup.Namespace;
    private static readonly HashSet<string> Unstable = new(["/info/createTime", "/info/updateTime", "/hasUpdateTime"], StringComparer.Ordinal);

    /// <summary>Makes all calls, one after another, each as a case of its own.</summary>
    public async Task RunAsync(Func<string, Func<Task<List<string>>>, Task> runAs)
    {
        foreach (var list in new[] { "create", "duplicates", "update", "patchErrors", "delete" })
        {
            foreach (var entry in api[list]?.AsArray() ?? [])
            {
                await runAs($"{list}/{entry!["name"]}", () => CallAsync(list, entry));
            }

            if (list is "duplicates")
            {
                await DeleteAsync("dup");
            }
        }

        await PopulateAsync();
        foreach (var entry in api["list"]?.AsArray() ?? [])
        {
            await runAs($"list/{entry!["name"]}", () => ListAsync(entry));
        }
    }

    private async Task<List<string>> CallAsync(string list, JsonNode entry)
    {
        var name = entry["name"]!.ToString();
        if (name == "after delete, same request id")
        {
            await DeleteAsync("dup");
        }
        else if (name.StartsWith("describe after patch", StringComparison.Ordinal))
        {
            var patch = ScheduleCalls.Named(Namespace, "upd");
            patch["patch"] = new JsonObject { ["pause"] = "patched note" };
            await client.RequireAsync("PatchSchedule", patch);
        }

        var differences = new List<string>();
        if (entry["method"] is { } method)
        {
            var answer = await client.CallAsync(method.ToString(), entry["request"]!);
            differences = ScheduleCalls.Compare(entry, answer);
            if (list == "create" && answer.Code == "OK" && entry["request"]!["scheduleId"] is { } id)
            {
                await CompareDescriptionAsync(id.ToString(), entry["describe"] ?? new JsonObject(), differences);
                await DeleteAsync(id.ToString());
            }
        }
        else if (entry["describe"] is { } described)
        {
            await CompareDescriptionAsync("upd", described, differences);
        }
        else
        {
            await CompareDescriptionAsync("upd", new JsonObject { ["schedule"] = entry["schedule"]?.DeepClone() ?? new JsonObject { ["state"] = entry["state"]!.DeepClone() } }, differences);
        }

        return differences;
    }

    private async Task CompareDescriptionAsync(string id, JsonNode recorded, List<string> differences)
    {
        recorded = ScheduleCalls.Written(recorded)!;
        var seen = await client.RequireAsync("DescribeSchedule", ScheduleCalls.Named(Namespace, id));
        var comparison = new Comparison(new Symbols(), Unstable);
        comparison.Compare(recorded, seen, "");
        if (recorded["hasUpdateTime"] is { } updated && updated.GetValue<bool>() != (seen["info"]!["updateTime"] is not null))
        {
            differences.Add($"updateTime is {seen["info"]!["updateTime"]}, recorded {updated}");
        }

        foreach (var part in new[] { "schedule", "searchAttributes", "memo" })
        {
            if (recorded.AsObject().ContainsKey(part) && recorded[part]?["spec"] is not null && !JsonNode.DeepEquals(recorded[part], seen[part]))
            {
                differences.Add($"{part}: seen {seen[part]?.ToJsonString()}, recorded {recorded[part]?.ToJsonString()}");
            }
        }

        differences.AddRange(comparison.Differences);
    }

    private Task<WireAnswer> DeleteAsync(string id) => client.CallAsync("DeleteSchedule", ScheduleCalls.Named(Namespace, id));

    /// <summary>The five schedules that the recorded lists were made over, oldest first.</summary>
    private async Task PopulateAsync()
    {
        foreach (var (number, color) in new[] { (1, "red"), (2, "red"), (3, "blue"), (4, "blue"), (5, "") })
        {
            var request = ScheduleCalls.Creation(Namespace, $"list-{number}", new()
            {
                ["spec"] = new JsonObject { ["cronString"] = new JsonArray("0 0 1 1 * #yearly") },
                ["action"] = ScheduleCalls.Action(),
                ["state"] = new JsonObject { ["notes"] = $"note {number}", ["paused"] = number is 1 or 3 },
            });
            request["memo"] = Payloads.ToWire(new JsonObject { ["fields"] = new JsonObject { ["i"] = new JsonObject { ["$json"] = number } } });
            request["searchAttributes"] = color.Length > 0 ? Payloads.ToWire(Colored(color)) : null;
            await client.RequireAsync("CreateSchedule", request);
        }
    }

    private static JsonObject Colored(string color) => new() { ["indexedFields"] = new JsonObject { ["SchedColor"] = new JsonObject { ["$json"] = color } } };

    private async Task<List<string>> ListAsync(JsonNode entry)
    {
        var request = entry["request"]!.DeepClone().AsObject();
        if (request["nextPageToken"]?.ToString().StartsWith('<') == true)
        {
            request.Remove("nextPageToken");
            request["nextPageToken"] = (await client.RequireAsync("ListSchedules", request))["nextPageToken"]!.DeepClone();
        }

        var answer = await client.CallAsync("ListSchedules", request);
        if (entry["error"] is not null || answer.Code != "OK")
        {
            var differences = ScheduleCalls.Compare(entry, answer);
            if (entry["countSchedules"]?["code"] is not null)
            {
                var count = new JsonObject { ["namespace"] = Namespace, ["query"] = request["query"]?.DeepClone() };
                differences.AddRange(ScheduleCalls.Compare(new JsonObject { ["error"] = entry["countSchedules"]!.DeepClone() }, await client.CallAsync("CountSchedules", count)));
            }

            return differences;
        }

        var comparison = new Comparison(new Symbols(), new HashSet<string>());
        comparison.Compare(entry["ids"], new JsonArray([.. (answer.Response!["schedules"]?.AsArray() ?? []).Select(s => s!["scheduleId"]!.DeepClone())]), "/ids");
        comparison.Compare(entry["full"], answer.Response, "");
        if (entry["hasNextPageToken"]!.GetValue<bool>() != (answer.Response["nextPageToken"]?.ToString().Length > 0))
        {
            comparison.Differences.Add($"nextPageToken: seen '{answer.Response["nextPageToken"]}', recorded {entry["hasNextPageToken"]}");
        }

        return comparison.Differences;
    }
}
