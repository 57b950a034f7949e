using Temporalio.Activities;
using Temporalio.Workflows;

namespace Orchestrator.Benchmarks.Server;

/// <summary>An activity that does nothing, so that only the way to it is measured. Safe to repeat.</summary>
public static class BenchActivities
{
    internal static ActivityOptions Options { get; } = new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) };

    /// <summary>Answers its argument.</summary>
    [Activity]
    public static int Echo(int value) => value;
}
