using System.Diagnostics;

namespace Orchestrator.Benchmarks;

/// <summary>Wall and processor time of work in this process.</summary>
internal static class LoadTime
{
    /// <summary>Seconds that passed, and seconds of processor time that the whole process used meanwhile.</summary>
    public static async Task<(double Seconds, double Cpu)> OfAsync(Func<Task> work)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await work();
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }
}
