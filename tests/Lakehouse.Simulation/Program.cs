using System.Diagnostics;
using System.Globalization;
using Lakehouse;
using Lakehouse.Simulation;
using Lakehouse.Simulation.Crash;

// Lakehouse.Simulation crash LOCATION SCENARIO: does the work in the lake of a folder or bucket; a fail point in the environment lets it die (docs/specs/delta.md).
// Lakehouse.Simulation [--count N] [--from N] [--log]: seeds of the Delta simulation; one line for each that failed, then the sums. With --log also the table's log.
if (args is ["crash", var location, var scenario])
{
    using var table = new CrashTable(new Lake(location));
    await CrashScenario.Find(scenario).RunAsync(table);
    return 0;
}

int Option(string name, int otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var at ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

var from = Option("--from", 1);
var count = Option("--count", 5000);
var started = Stopwatch.GetTimestamp();
var (failed, steps, commits, conflicts, crashes, vacuumed) = (0, 0L, 0L, 0L, 0L, 0L);
for (var seed = from; seed < from + count; seed++)
{
    var outcome = Simulation.Run(seed, args.Contains("--log") ? Console.Error : null);
    (steps, commits, conflicts, crashes, vacuumed) = (steps + outcome.Steps, commits + outcome.Commits, conflicts + outcome.Conflicts, crashes + outcome.Crashes, vacuumed + outcome.Vacuumed);
    if (outcome.Problem is { } problem)
    {
        failed++;
        Console.Error.WriteLine($"seed {seed}: {problem}");
    }
}

Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{{\"seeds\":{count},\"from\":{from},\"failed\":{failed},\"steps\":{steps},\"commits\":{commits},\"conflicts\":{conflicts},\"crashes\":{crashes},\"vacuumed\":{vacuumed},\"seconds\":{Stopwatch.GetElapsedTime(started).TotalSeconds:F1}}}"));
return failed == 0 ? 0 : 1;
