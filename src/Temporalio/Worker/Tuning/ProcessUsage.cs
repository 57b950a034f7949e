namespace Temporalio.Worker.Tuning;

/// <summary>What this process uses of the machine, or of what its container may have; measured at most every 100 ms.</summary>
internal sealed class ProcessUsage(TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private (double Memory, double Cpu) _last;
    private TimeSpan _cpu = Environment.CpuUsage.TotalTime;
    private long _measured = time.GetTimestamp();

    /// <summary>One for the whole process, so that all suppliers see the same.</summary>
    internal static ProcessUsage Shared { get; } = new(TimeProvider.System);

    /// <summary>Shares from 0 to 1; of processor time since the measurement before.</summary>
    internal (double Memory, double Cpu) Read()
    {
        lock (_gate)
        {
            var passed = time.GetElapsedTime(_measured);
            if (passed >= Fresh)
            {
                var cpu = Environment.CpuUsage.TotalTime;
                _last = ((double)Environment.WorkingSet / GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, (cpu - _cpu) / passed / Environment.ProcessorCount);
                _cpu = cpu;
                _measured = time.GetTimestamp();
            }

            return _last;
        }
    }
}
