using System.Globalization;
using System.Text.Json;
using Temporal.DevServer;
using Temporal.DevServer.Conformance;
using Temporal.DevServer.Conformance.Clients;
using Temporal.DevServer.Conformance.Schedules;

// conformance [GROUP] [--golden DIR] [--filter TEXT] [--verbose]: one JSON line per group; exit code 0 whatever the result, 2 for bad use.
// conformance serve [--file DATABASE] [--port PORT]: a server until it is killed; its address is the one line on standard output.
if (args is ["serve", ..])
{
    await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { DatabaseFile = Option("--file"), Port = int.Parse(Option("--port") ?? "0", CultureInfo.InvariantCulture) });
    Console.WriteLine(server.Address);
    await Console.In.ReadToEndAsync(); // ends with its parent
    return 0;
}

var golden = Path.GetFullPath(Option("--golden") ?? Path.Combine(Environment.GetEnvironmentVariable("CHECKOUT") ?? ".", "../shared/golden"));
var filter = Option("--filter") ?? "";
var verbose = args.Contains("--verbose");
// Each group replays the sub-folder of its name: (folder, filter) -> what came of it.
var known = new Dictionary<string, Func<string, string, Task<GroupResult>>>(StringComparer.Ordinal)
{
    ["wire"] = (folder, text) => WireGroup.RunAsync(folder, text),
    ["visibility"] = VisibilityGroup.RunAsync,
    ["schedules"] = (folder, text) => SchedulesGroup.RunAsync(folder, text),
    ["histories"] = (folder, text) => HistoriesGroup.RunAsync(folder, text),
    ["clients"] = (folder, text) => ClientsGroup.RunAsync(folder, text),
};
var groups = args.TakeWhile(a => !a.StartsWith("--", StringComparison.Ordinal)).ToArray();
foreach (var group in groups.Length == 0 ? [.. known.Keys] : groups)
{
    var folder = Path.Combine(golden, group);
    if (!known.TryGetValue(group, out var run) || !Directory.Exists(folder))
    {
        Console.Error.WriteLine($"There is no group '{group}' in '{golden}' that can be replayed. Help: conformance {string.Join('|', known.Keys)} --golden DIR.");
        return 2;
    }

    var result = await run(folder, filter);
    if (verbose)
    {
        foreach (var (id, differences) in result.Failed.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            Console.Error.WriteLine($"{id}\n  {string.Join("\n  ", differences.Take(6))}");
        }
    }

    Console.WriteLine(JsonSerializer.Serialize(new
    {
        group = result.Group,
        passed = result.Passed,
        total = result.Total,
        explained = ExplainedDifferences.Read(result.Group).Count(result.Failed.Keys),
        failed = result.Failed.Keys.Order(StringComparer.Ordinal),
    }));
}

return 0;

string? Option(string name) => Array.IndexOf(args, name) is var i and >= 0 && i + 1 < args.Length ? args[i + 1] : null;
