namespace Temporalio.Worker.Tuning;

/// <summary>How much of the machine workers may use before they take no more tasks.</summary>
/// <param name="TargetMemoryUsage">Share of the memory this process may have, 0 to 1; 0.8 leaves room for bursts.</param>
/// <param name="TargetCpuUsage">Share of all processors that this process uses, 0 to 1.</param>
public sealed record ResourceBasedTunerOptions(double TargetMemoryUsage, double TargetCpuUsage);
