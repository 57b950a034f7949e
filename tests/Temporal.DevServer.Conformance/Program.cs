using System.Text.Json;
using Temporal.DevServer;
using Temporal.DevServer.Conformance;

// conformance [GROUP] [--golden DIR] [--filter TEXT] [--verbose]: one JSON line per group; exit code 0 whatever the result, 2 for bad use.
// conformance serve [--file DATABASE]: a server until it is killed; its address is the one line on standard output.
if (args is ["serve", ..])
{
    await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { DatabaseFile = Option("--file") });
    Console.WriteLine(server.Address);
    await Console.In.ReadToEndAsync(); // ends with its parent
    return 0;
}

var golden = Path.GetFullPath(Option("--golden") ?? Path.Combine(Environment.GetEnvironmentVariable("CHECKOUT") ?? ".", "../shared/golden"));
var filter = Option("--filter") ?? "";
var verbose = args.Contains("--verbose");
var groups = args.TakeWhile(a => !a.StartsWith("--", StringComparison.Ordinal)).ToArray();
if (groups.Length == 0)
{
    groups = ["wire"];
}

foreach (var group in groups)
{
    var folder = Path.Combine(golden, group);
    if (group != "wire" || !Directory.Exists(folder))
    {
        Console.Error.WriteLine($"There is no group '{group}' in '{golden}' that can be replayed. Help: conformance wire --golden DIR.");
        return 2;
    }

    var result = await WireGroup.RunAsync(folder, filter);
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
        explained = 0,
        failed = result.Failed.Keys.Order(StringComparer.Ordinal),
    }));
}

return 0;

string? Option(string name) => Array.IndexOf(args, name) is var i and >= 0 && i + 1 < args.Length ? args[i + 1] : null;
