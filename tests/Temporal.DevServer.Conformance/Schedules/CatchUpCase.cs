using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Temporal.DevServer.Conformance.Schedules;

/// <summary>The recording <c>catch-up</c>: a server that is stopped and started again on its file while schedules come due.</summary>
internal static partial class CatchUpCase
{
    private const string Namespace = SchedulesGroup.Namespace;

    public static async Task<List<string>> RunAsync(JsonObject recording)
    {
        var schedules = recording["schedules"]!.AsObject();
        var file = Path.Combine(Path.GetTempPath(), $"catch-up-{Guid.NewGuid():N}.db");
        var clock = ScheduleClock.Ahead(4);
        try
        {
            await using (var before = await TemporalDevServer.StartAsync(new DevServerOptions { Namespaces = [Namespace], DatabaseFile = file }))
            {
                using var client = new WireClient(before.Address);
                await clock.WaitAsync(0.2);
                foreach (var (id, schedule) in schedules)
                {
                    await client.RequireAsync("CreateSchedule", Creation(id, schedule!));
                }

                await WorkUntilAsync(client, clock, 10.2);
            }

            await clock.WaitAsync(43);
            await using var after = await TemporalDevServer.StartAsync(new DevServerOptions { Namespaces = [Namespace], DatabaseFile = file });
            using var again = new WireClient(after.Address);
            var work = WorkUntilAsync(again, clock, 61.5);
            var differences = (await Task.WhenAll(schedules.Select(s => EndAsync(again, clock, s.Key, s.Value!)))).SelectMany(d => d).ToList();
            await work;
            return differences;
        }
        finally
        {
            foreach (var part in new[] { "", "-wal", "-shm", ".lock" })
            {
                File.Delete(file + part);
            }
        }
    }

    private static JsonObject Creation(string id, JsonNode schedule) => ScheduleCalls.Creation(Namespace, id, new()
    {
        ["spec"] = JsonNode.Parse("""{"interval":[{"interval":"4s"}]}"""),
        ["action"] = ScheduleCalls.Action($"{id}-wf", "q-catch-up"),
        ["policies"] = schedule["policies"]!.DeepClone(),
        ["state"] = schedule["state"]!.DeepClone(),
    });

    private static async Task WorkUntilAsync(WireClient client, ScheduleClock clock, double until)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(Math.Max(0, until - clock.Now)));
        await new HandWorker(client, "q-catch-up", clock, _ => new Ending("COMPLETED", 0)).RunAsync(stop.Token);
    }

    private static async Task<List<string>> EndAsync(WireClient client, ScheduleClock clock, string id, JsonNode recorded)
    {
        var runs = recorded["runs"]!.AsArray().Select(r => r!["workflowId"]!.ToString()).Order(StringComparer.Ordinal).ToList();
        // The recorder paused one schedule after the other: some of them before their time at t=60.
        var last = runs.Select(r => Relative().Match(r)).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();
        await clock.WaitAsync(last >= 60 ? 60.8 : 57.5);
        var pause = ScheduleCalls.Named(Namespace, id);
        pause["patch"] = new JsonObject { ["pause"] = "stop" };
        await client.RequireAsync("PatchSchedule", pause);
        await clock.WaitAsync(61);
        var info = (await client.RequireAsync("DescribeSchedule", ScheduleCalls.Named(Namespace, id)))["info"]!;
        var list = await client.RequireAsync("ListWorkflowExecutions", new JsonObject { ["namespace"] = Namespace, ["query"] = $"TemporalScheduledById = '{id}'" });
        var seen = (list["executions"]?.AsArray() ?? []).Select(e => clock.Named(e!["execution"]!["workflowId"]!.ToString())).Order(StringComparer.Ordinal).ToList();
        var differences = new List<string>();
        foreach (var counter in new[] { "actionCount", "missedCatchupWindow", "overlapSkipped" })
        {
            var (left, right) = (recorded["after"]!["info"]![counter]?.ToString() ?? "0", info[counter]?.ToString() ?? "0");
            if (left != right)
            {
                differences.Add($"{id} {counter}: seen {right}, recorded {left}");
            }
        }

        if (!runs.SequenceEqual(seen))
        {
            differences.Add($"{id} runs: seen {string.Join(' ', seen)}, recorded {string.Join(' ', runs)}");
        }

        return differences;
    }

    [GeneratedRegex(@"<t=(\d+)>")]
    private static partial Regex Relative();
}
