using System.Diagnostics;
using System.Globalization;
using Temporal.DevServer.Simulation;

// simulation [--from SEED] [--count N] [--steps N] [--digest] [--trace]: runs the seeds one after the other. Prints one line for each that breaks an invariant, then a summary;
// exit code 1 when there was one. Reproduce a seed with --from SEED --count 1.
const string OneThread = "DOTNET_PROCESSOR_COUNT";
if (Environment.ProcessorCount != 1)
{
    // The thread pool can be held to one thread only on a machine that seems to have one processor.
    var again = new ProcessStartInfo(Environment.ProcessPath!, [typeof(Simulation).Assembly.Location, .. args]) { Environment = { [OneThread] = "1" } };
    using var child = Process.Start(again)!;
    await child.WaitForExitAsync();
    return child.ExitCode;
}

if (!ThreadPool.SetMinThreads(1, 1) || !ThreadPool.SetMaxThreads(1, 1))
{
    Console.Error.WriteLine($"The thread pool cannot be held to one thread. Help: set {OneThread}=1.");
    return 2;
}

var (from, count, steps) = (Number("--from", 1), Number("--count", 100), Number("--steps", 120));
var (broken, crashes, closed, actions) = (0, 0L, 0L, 0L);
var clock = Stopwatch.StartNew();
for (var seed = from; seed < from + count; seed++)
{
    var outcome = await Task.Run(() => new Simulation(seed).RunAsync(steps, args.Contains("--trace") ? Console.Out : null));
    (crashes, closed, actions) = (crashes + outcome.Crashes, closed + outcome.ClosedRuns, actions + outcome.Actions);
    if (args.Contains("--digest"))
    {
        Console.WriteLine($"seed {seed} digest {outcome.Digest}");
    }

    if (outcome.Broken is { } what)
    {
        broken++;
        Console.WriteLine($"seed {seed}: {what}");
    }
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"seeds {from}..{from + count - 1}: {broken} broken, {actions} actions, {crashes} crashes, {closed} closed runs, {clock.Elapsed.TotalSeconds:F1} s"));
return broken == 0 ? 0 : 1;

int Number(string name, int otherwise) =>
    Array.IndexOf(args, name) is var i and >= 0 && i + 1 < args.Length ? int.Parse(args[i + 1], CultureInfo.InvariantCulture) : otherwise;
