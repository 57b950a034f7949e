using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Temporal.DevServer.Conformance.Schedules;

/// <summary>Runs the recordings of the folder <c>schedules</c> against a server, over its wire. Recorded behaviour takes the time it took, about a minute, all at once.</summary>
public static class SchedulesGroup
{
    /// <summary>The namespace of the recordings.</summary>
    public const string Namespace = "sched";

    private const string Operators = "/temporal.api.operatorservice.v1.OperatorService/";

    /// <summary>Runs the cases whose id contains the filter.</summary>
    public static async Task<GroupResult> RunAsync(string folder, string filter = "")
    {
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { Namespaces = ["default", Namespace] });
        using var client = new WireClient(server.Address);
        await PrepareAsync(client);
        var total = 0;
        var failed = new ConcurrentDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var specs = new ScheduleSpecCases(client, Read("spec-vectors.json"), Read("spec-invalid.json"), Read("spec-rpc.json"), Read("jitter.json"));
        var api = new ScheduleApiCases(client, Read("api.json"));
        var behaviour = (Read("behaviour.json")["recordings"]?.AsArray() ?? []).Select(r => r!.AsObject()).ToList();
        await Task.WhenAll(
            [
                .. specs.All().Select(c => RunAsync(c.Id, c.Run)),
                api.RunAsync((id, run) => RunAsync($"api/{id}", run, always: true)),
                BehaveAsync(behaviour),
            ]);
        // What depends on time gets a second chance: the machine may have been busy in the wrong moment.
        var again = behaviour.Where(r => failed.TryRemove($"behaviour/{r["id"]}", out _)).ToList();
        total -= again.Count;
        await BehaveAsync(again);
        return new GroupResult("schedules", total, failed);

        async Task BehaveAsync(List<JsonObject> recordings)
        {
            if (recordings.Count == 0)
            {
                return;
            }

            await using var own = await TemporalDevServer.StartAsync(new DevServerOptions { Namespaces = [Namespace] });
            using var caller = new WireClient(own.Address);
            await PrepareAsync(caller);
            await Task.WhenAll(recordings.Select(r =>
                RunAsync($"behaviour/{r["id"]}", () => r["id"]!.ToString() == "catch-up" ? CatchUpCase.RunAsync(r) : new BehaviourCase(caller, r).RunAsync())));
        }

        JsonNode Read(string name) => Path.Combine(folder, name) is var path && File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))! : new JsonObject();

        // A step that later ones depend on is made always, and counted when the filter names it.
        async Task RunAsync(string id, Func<Task<List<string>>> run, bool always = false)
        {
            var counts = id.Contains(filter, StringComparison.Ordinal);
            if (!counts && !always)
            {
                return;
            }

            List<string> differences;
            try
            {
                differences = await run();
            }
            catch (Exception e)
            {
                differences = [$"{e.GetType().Name} {e.Message}"];
            }

            if (counts)
            {
                Interlocked.Increment(ref total);
                if (differences.Count > 0)
                {
                    failed[id] = differences;
                }
            }
        }
    }

    /// <summary>Adds the search attribute that the recordings use.</summary>
    public static async Task PrepareAsync(WireClient client)
    {
        var request = new JsonObject { ["namespace"] = Namespace, ["searchAttributes"] = new JsonObject { ["SchedColor"] = "INDEXED_VALUE_TYPE_KEYWORD" } };
        var answer = await client.CallAsync(Operators + "AddSearchAttributes", request, TimeSpan.FromSeconds(15));
        if (answer.Code != "OK")
        {
            throw new InvalidOperationException($"The search attribute of the recordings cannot be added: {answer.Code} {answer.Message}");
        }
    }
}
