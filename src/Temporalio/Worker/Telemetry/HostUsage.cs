using System.Globalization;

namespace Temporalio.Worker.Telemetry;

/// <summary>How busy the whole machine is, as shares from 0 to 1.</summary>
internal sealed class HostUsage
{
    private const string LinuxStatistics = "/proc/stat";
    private const string LinuxMemory = "/proc/meminfo";
    private (long Busy, long All) _before = ReadTicks();

    /// <summary>Memory in use now, and processor time used since the call before.</summary>
    public (float Memory, float Cpu) Read()
    {
        var now = ReadTicks();
        var all = now.All - _before.All;
        var cpu = all > 0 ? (float)(now.Busy - _before.Busy) / all : 0;
        _before = now;
        return (ReadMemory(), cpu);
    }

    /// <summary>What is not available to programs; where the system does not say, what the last garbage collection saw.</summary>
    private static float ReadMemory()
    {
        if (File.Exists(LinuxMemory))
        {
            var sizes = File.ReadLines(LinuxMemory).Take(3).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .ToDictionary(parts => parts[0], parts => float.Parse(parts[1], CultureInfo.InvariantCulture));
            if (sizes.TryGetValue("MemTotal:", out var total) && sizes.TryGetValue("MemAvailable:", out var available))
            {
                return 1 - (available / total);
            }
        }

        var memory = GC.GetGCMemoryInfo();
        return memory.TotalAvailableMemoryBytes > 0 ? (float)memory.MemoryLoadBytes / memory.TotalAvailableMemoryBytes : 0;
    }

    /// <summary>Ticks of all processors since the machine started; zeros where nobody counts them.</summary>
    private static (long Busy, long All) ReadTicks()
    {
        if (!File.Exists(LinuxStatistics))
        {
            return default;
        }

        // cpu user nice system idle iowait irq softirq steal ...; guests are part of user
        using var reader = new StreamReader(LinuxStatistics);
        var ticks = (reader.ReadLine() ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(t => long.TryParse(t, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        return ticks.Length < 5 ? default : (ticks.Sum() - ticks[3] - ticks[4], ticks.Sum());
    }
}
