using System.Globalization;
using System.Runtime.InteropServices;

namespace Lakehouse.DuckDb;

/// <summary>
/// Limits the memory of the whole process (Linux: <c>RLIMIT_DATA</c>). The engine's own limit counts buffers, not the values that scalar functions make:
/// <c>repeat('x', 4000000000)</c> takes 8 GB at any limit. With this one such a statement ends with an out-of-memory error, and the process lives on.
/// </summary>
public static partial class ProcessMemory
{
    private const int Data = 2;

    /// <summary>Bytes that the process holds now, as the limit counts them; 0 where the system does not tell.</summary>
    public static long Used => OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("VmData:", StringComparison.Ordinal)) is { } line
        ? long.Parse(line["VmData:".Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024
        : 0;

    /// <summary>Sets the limit; it can be set again, up to what the system allows the process.</summary>
    /// <param name="bytes">Most bytes of heap and private memory; null for as many as the system allows.</param>
    /// <exception cref="PlatformNotSupportedException">The system has no such limit: use a container's.</exception>
    /// <exception cref="LakehouseException"><c>process.memory</c>: the system refuses the limit.</exception>
    public static unsafe void Limit(long? bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("A memory limit of the process can be set on Linux only. Help: run it in a container with a limit.");
        }

        ResourceLimit limit;
        if (getrlimit(Data, &limit) != 0)
        {
            throw Refused("read");
        }

        limit.Current = bytes is { } wanted ? Math.Min((ulong)wanted, limit.Greatest) : limit.Greatest;
        if (setrlimit(Data, &limit) != 0)
        {
            throw Refused("set");
        }
    }

    private static LakehouseException Refused(string verb) =>
        new("process.memory", $"The memory limit of the process could not be {verb}: expected success, seen error {Marshal.GetLastPInvokeError()}.");

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int getrlimit(int resource, ResourceLimit* limit);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int setrlimit(int resource, ResourceLimit* limit);

    private struct ResourceLimit
    {
        public ulong Current;
        public ulong Greatest;
    }
}
