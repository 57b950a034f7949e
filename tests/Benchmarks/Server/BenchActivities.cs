using System.Collections.Concurrent;
using System.Diagnostics;
using Temporalio.Activities;
using Temporalio.Workflows;

namespace Orchestrator.Benchmarks.Server;

/// <summary>Activities that do nothing, so that only the way to them is measured. Safe to repeat.</summary>
public static class BenchActivities
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<long>> Marks = new(StringComparer.Ordinal);

    internal static ActivityOptions Options { get; } = new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) };

    /// <summary>Answers its argument.</summary>
    [Activity]
    public static int Echo(int value) => value;

    /// <summary>Notes the time under this name; the worker runs in the measuring process.</summary>
    [Activity]
    public static void Mark(string name) => Marks.GetOrAdd(name, _ => new()).Enqueue(Stopwatch.GetTimestamp());

    /// <summary>Milliseconds between one mark of this name and the next.</summary>
    internal static IEnumerable<double> StepMilliseconds(string name)
    {
        var marks = Marks[name].ToArray();
        return marks.Skip(1).Zip(marks, (later, earlier) => Stopwatch.GetElapsedTime(earlier, later).TotalMilliseconds);
    }
}
