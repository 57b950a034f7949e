using System.Diagnostics;
using System.Globalization;

namespace Lakehouse;

/// <summary>
/// Named places at which a test disturbs a process, off by default. <c>ORCHESTRATOR_FAILPOINT=publish.before-commit=kill</c> sends the process SIGKILL at that place: nothing is
/// flushed, no handler runs, as in a power cut. <c>=stop</c> sends SIGSTOP the first time: the process sleeps there until somebody sends SIGCONT, while the world goes on without it.
/// Within a process a test sees every place by <see cref="Here"/>.
/// </summary>
public static class FailPoint
{
    private static readonly (string Place, bool Stops)? Armed = Environment.GetEnvironmentVariable("ORCHESTRATOR_FAILPOINT")?.Split('=') switch
    {
        [var place, "kill"] => (place, false),
        [var place, "stop"] => (place, true),
        _ => null,
    };

    private static readonly AsyncLocal<Action<string>?> Watched = new();

    private static int s_stopped;

    /// <summary>What is called at every place that the caller's flow of control passes from now on, with what it starts; an exception ends the work there. Default: null, nothing.</summary>
    public static Action<string>? Here
    {
        get => Watched.Value;
        set => Watched.Value = value;
    }

    /// <summary>Passes, unless this is the armed place.</summary>
    public static void Hit(string place)
    {
        Watched.Value?.Invoke(place);
        if (Armed is not { } armed || armed.Place != place)
        {
            return;
        }

        if (!armed.Stops)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        }

        if (Interlocked.Exchange(ref s_stopped, 1) == 0)
        {
            using var signal = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -STOP {Environment.ProcessId}")]);
            signal.WaitForExit();
        }
    }
}
