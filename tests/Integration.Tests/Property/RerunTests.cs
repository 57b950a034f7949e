using System.Diagnostics;
using System.Globalization;

namespace Integration.Tests.Property;

/// <summary>
/// Every shipped pipeline, over files that come late and change, with runs, runs again, backfills and deaths of the worker in any order drawn from a seed, ends in the tables of a lake that ran once
/// over the files as they are at last. <c>RERUN_SEEDS</c> and <c>RERUN_FROM</c> say how many seeds and from which; every 25th has real worker processes, killed with SIGKILL.
/// </summary>
public sealed class RerunTests(ITestOutputHelper output)
{
    private const int Processes = 25;

    private static readonly int From = Number("RERUN_FROM", 1);
    private static readonly int Count = Number("RERUN_SEEDS", 5);

    [Fact]
    public async Task Tables_AfterAnyInterleavingOfRuns_EqualThoseOfTheStraightOrder()
    {
        var (faults, kills, steps, began) = (new List<string>(), 0, 0, Stopwatch.GetTimestamp());
        await Parallel.ForEachAsync(Enumerable.Range(From, Count), new ParallelOptions { MaxDegreeOfParallelism = Math.Min(3, Count) }, async (seed, _) =>
        {
            var story = new RerunStory(seed, withProcesses: seed % Processes == 0);
            try
            {
                await story.PlayAsync();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                lock (faults)
                {
                    faults.Add($"seed {seed}: {e.Message}\n{string.Join('\n', story.Steps.Select(s => "  " + s))}\n{(e is Xunit.Sdk.XunitException ? "" : e.ToString())}");
                    output.WriteLine(faults[^1]);
                }
            }

            lock (faults)
            {
                kills += story.Deaths;
                steps += story.Steps.Count;
            }
        });
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seeds {From} to {From + Count - 1}: {steps} steps, {kills} deaths of workers, {faults.Count} seeds that ended otherwise, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    private static int Number(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
