using System.Diagnostics;

namespace Orchestrator.Catalog.Local;

/// <summary>
/// Postgres under a small shell that holds the end of a pipe: when this process ends, however it ends, the pipe closes and the shell stops
/// the server in order. So no server is left behind by a killed worker.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>Where a program finds what was opened for it: the files of a root's private folder, into which the program's own account could not find its way.</summary>
    public const string FirstOpened = "/proc/self/fd/7";

    /// <summary>Like <see cref="FirstOpened"/>.</summary>
    public const string SecondOpened = "/proc/self/fd/8";

    /// <summary>Arguments: two files or folders to open, then the command.</summary>
    private const string Opener = "exec 7<\"$1\" 8<\"$2\"; shift 2; exec \"$@\"";

    /// <summary>Arguments: the log, the two folders to open, then the command. Ends when the server does; a closed standard input asks it to (SIGINT: fast, in order).</summary>
    private const string Supervisor = """
        exec 3<&0
        exec >>"$1" 2>&1 7<"$2" 8<"$3"; shift 3
        "$@" 3<&- </dev/null &
        server=$!
        (while read -r _ <&3; do :; done; kill -INT $server 2>/dev/null) >/dev/null 2>&1 &
        watcher=$!
        wait $server
        code=$?
        kill $watcher 2>/dev/null
        exit $code
        """;

    private readonly Process _shell;
    private int _stopped;

    private ServerProcess(Process shell) => _shell = shell;

    public bool HasExited => _stopped == 1 || _shell.HasExited;

    public static ServerProcess Start(string log, IReadOnlyList<string> opened, IEnumerable<string> command, ServerAccount? account)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var argument in new[] { "-c", Supervisor, "postgres-supervisor", log }.Concat(opened).Concat(As(account, command)))
        {
            start.ArgumentList.Add(argument);
        }

        Clean(start);
        return new ServerProcess(Process.Start(start) ?? throw new CatalogException("The shell '/bin/sh' did not start."));
    }

    /// <summary>Runs a program of Postgres to its end.</summary>
    /// <exception cref="CatalogException">It failed; the message carries the last lines that it wrote.</exception>
    public static async Task RunAsync(IReadOnlyList<string> command, ServerAccount? account, IReadOnlyList<string> opened, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/" };
        string[] whole = [.. opened.Count == 0 ? [] : new[] { "/bin/sh", "-c", Opener, "opener" }.Concat(opened), .. As(account, command)];
        start.FileName = whole[0];
        whole[1..].ToList().ForEach(start.ArgumentList.Add);
        Clean(start);
        using var process = Process.Start(start) ?? throw new CatalogException($"'{whole[0]}' did not start.");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0)
        {
            var said = string.Join("\n", $"{await output.ConfigureAwait(false)}\n{await errors.ConfigureAwait(false)}".Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(8));
            throw new CatalogException($"'{Path.GetFileName(command[0])}' failed with exit code {process.ExitCode}:\n{said}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
        {
            return;
        }

        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync().ConfigureAwait(false);
        _shell.Dispose();
    }

    private static IEnumerable<string> As(ServerAccount? account, IEnumerable<string> command) => account is null
        ? command
        : command.Prepend("--clear-groups").Prepend($"--regid={account.GroupId}").Prepend($"--reuid={account.UserId}").Prepend("setpriv");

    /// <summary>Settings of the user's own Postgres clients and locale are none of this server's.</summary>
    private static void Clean(ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal) || k.StartsWith("LC_", StringComparison.Ordinal) || k == "LANG").ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
    }
}
