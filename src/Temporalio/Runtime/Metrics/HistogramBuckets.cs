using System.Diagnostics.Metrics;

namespace Temporalio.Runtime.Metrics;

/// <summary>Upper bounds of the buckets of histograms, by name; those of durations are in milliseconds unless seconds are asked for.</summary>
internal sealed class HistogramBuckets(string prefix, bool seconds, IReadOnlyDictionary<string, IReadOnlyCollection<double>>? overrides)
{
    private static readonly double[] Default = [50, 100, 500, 1_000, 2_500, 10_000];
    private static readonly double[] Workflow =
    [
        100, 500, 1_000, 1_500, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 30_600_000, 86_400_000,
    ];

    private static readonly double[] WorkflowTask = [1, 10, 20, 50, 100, 200, 500, 1_000];
    private static readonly double[] Activity = [50, 100, 500, 1_000, 5_000, 10_000, 60_000];
    private static readonly double[] ScheduleToStart = [100, 500, 1_000, 5_000, 10_000, 100_000, 1_000_000];

    /// <summary>The bounds of an instrument.</summary>
    public double[] Of(Instrument instrument)
    {
        var name = instrument.Name.StartsWith(prefix, StringComparison.Ordinal) ? instrument.Name[prefix.Length..] : instrument.Name;
        if (overrides is not null && (overrides.TryGetValue(name, out var given) || overrides.TryGetValue(instrument.Name, out given)))
        {
            return [.. given.Order()];
        }

        var bounds = name switch
        {
            SdkMetrics.WorkflowEndToEndLatency => Workflow,
            SdkMetrics.WorkflowTaskExecutionLatency or SdkMetrics.WorkflowTaskReplayLatency => WorkflowTask,
            SdkMetrics.ActivityExecutionLatency => Activity,
            SdkMetrics.WorkflowTaskScheduleToStartLatency or SdkMetrics.ActivityScheduleToStartLatency => ScheduleToStart,
            _ => Default,
        };
        return seconds && instrument.Unit == SdkMetrics.Seconds ? [.. bounds.Select(b => b / 1_000)] : bounds;
    }
}
