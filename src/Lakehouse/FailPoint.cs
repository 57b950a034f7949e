using System.Diagnostics;

namespace Lakehouse;

/// <summary>
/// Named places at which a test lets a process die, off by default. <c>ORCHESTRATOR_FAILPOINT=publish.before-commit=kill</c> sends the process SIGKILL at
/// that place: nothing is flushed, no handler runs, as in a power cut.
/// </summary>
public static class FailPoint
{
    private static readonly string? Armed = Environment.GetEnvironmentVariable("ORCHESTRATOR_FAILPOINT") is { } setting && setting.EndsWith("=kill", StringComparison.Ordinal)
        ? setting[..^"=kill".Length]
        : null;

    /// <summary>Passes, unless this is the armed place.</summary>
    public static void Hit(string place)
    {
        if (Armed == place)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
