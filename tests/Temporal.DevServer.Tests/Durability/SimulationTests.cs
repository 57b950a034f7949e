using System.Diagnostics;
using System.Globalization;

namespace Temporal.DevServer.Tests.Durability;

/// <summary>
/// Seeded runs of history, matching, timers and storage with faults (tests/Temporal.DevServer.Simulation). A seed that breaks an invariant is
/// printed with what broke; <c>eng/soak server-simulation COUNT FROM</c> runs others.
/// </summary>
public sealed class SimulationTests
{
    [Fact]
    public async Task Simulation_OfTenThousandSeeds_KeepsEveryInvariant()
    {
        var halves = await Task.WhenAll(RunAsync("--from", "1", "--count", "5000"), RunAsync("--from", "5001", "--count", "5000"));

        Assert.All(halves, half => Assert.True(half.ExitCode == 0, half.Output));
    }

    [Fact]
    public async Task Simulation_OfTheSameSeed_TakesTheSameSteps()
    {
        var first = await RunAsync("--from", "77", "--count", "20", "--digest");
        var second = await RunAsync("--from", "77", "--count", "20", "--digest");

        Assert.Equal(Digests(first.Output), Digests(second.Output));
        Assert.Equal(20, Digests(first.Output).Distinct(StringComparer.Ordinal).Count());
    }

    private static IEnumerable<string> Digests(string output) => output.Split('\n').Where(l => l.Contains(" digest ", StringComparison.Ordinal));

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Temporal.DevServer.Simulation.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_PROCESSOR_COUNT"] = 1.ToString(CultureInfo.InvariantCulture) },
        })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
