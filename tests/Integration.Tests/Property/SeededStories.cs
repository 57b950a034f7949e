using System.Diagnostics;
using System.Globalization;

namespace Integration.Tests.Property;

/// <summary>What a story of one seed did.</summary>
internal interface ISeededStory
{
    /// <summary>The steps, in order, so far.</summary>
    IReadOnlyList<string> Steps { get; }

    /// <summary>How many workers died in it.</summary>
    int Deaths => 0;

    /// <summary>Plays the story; an assertion fails when it ends otherwise than it should.</summary>
    Task PlayAsync();
}

/// <summary>Stories of many seeds, three at a time. Each is told to its end, and what it did when that was wrong.</summary>
internal static class SeededStories
{
    /// <summary>Plays the seeds; fails with what those did that ended otherwise.</summary>
    public static async Task PlayAsync(int from, int count, Func<int, ISeededStory> story, ITestOutputHelper output)
    {
        var (faults, deaths, steps, began) = (new List<string>(), 0, 0, Stopwatch.GetTimestamp());
        await Parallel.ForEachAsync(Enumerable.Range(from, count), new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (seed, _) =>
        {
            var played = story(seed);
            string? fault = null;
            try
            {
                await played.PlayAsync();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                fault = $"seed {seed}: {e.Message}\n{string.Join('\n', played.Steps.Select(s => "  " + s))}\n{(e is Xunit.Sdk.XunitException ? "" : e.ToString())}";
            }

            lock (faults)
            {
                deaths += played.Deaths;
                steps += played.Steps.Count;
                if (fault is not null)
                {
                    faults.Add(fault);
                    output.WriteLine(fault);
                }
            }
        });
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seeds {from} to {from + count - 1}: {steps} steps, {deaths} deaths of workers, {faults.Count} seeds that ended otherwise, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }
}
