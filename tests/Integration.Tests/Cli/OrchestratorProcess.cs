using System.Diagnostics;
using System.Text;
using Orchestrator.TestKit;

namespace Integration.Tests.Cli;

/// <summary>The real program in a process of its own, called in a folder of its own.</summary>
internal sealed class OrchestratorProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Lock _gate = new();

    private OrchestratorProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, e) => Append(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Append(_errors, e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_gate)
            {
                return _output.ToString();
            }
        }
    }

    public string Errors
    {
        get
        {
            lock (_gate)
            {
                return _errors.ToString();
            }
        }
    }

    public bool HasExited => _process.HasExited;

    public static OrchestratorProcess Start(string folder, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(TestPaths.InRepo("src", "Orchestrator.Cli", "bin", "Release", "net10.0", "orchestrator.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // A caller's own Temporal, lake or keys must not leak into a test.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("TEMPORAL_", StringComparison.Ordinal) || k is "ORCHESTRATOR_LAKE" or "ORCHESTRATOR_CATALOG" or "ORCHESTRATOR_ENVIRONMENT" or "ORCHESTRATOR_KEYS").ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new OrchestratorProcess(Process.Start(start)!);
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<CliResult> RunAsync(string folder, params string[] arguments)
    {
        await using var process = Start(folder, arguments);
        return await process.EndAsync();
    }

    public async Task<CliResult> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The process did not end within {Patience}. Output:\n{Output}\nErrors:\n{Errors}");
        }

        return new CliResult(_process.ExitCode, Output, Errors);
    }

    /// <summary>Waits until a line of the output has the text.</summary>
    public Task WaitForAsync(string text) => WaitForAsync(() => Output, text);

    /// <summary>Waits until a line on standard error has the text.</summary>
    public Task WaitForErrorAsync(string text) => WaitForAsync(() => Errors, text);

    private async Task WaitForAsync(Func<string> seen, string text)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!seen().Contains(text, StringComparison.Ordinal))
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"Expected '{text}', seen:\n{Output}\nErrors:\n{Errors}\nExited: {_process.HasExited}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Waits until the process has stopped at its fail point.</summary>
    public async Task WaitForStopAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!File.ReadAllText($"/proc/{_process.Id}/stat").Split(") ")[^1].StartsWith('T'))
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"Expected the process to stop, seen it running:\n{Output}\nErrors:\n{Errors}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Lets a stopped process go on.</summary>
    public Task ContinueAsync() => SignalAsync("CONT");

    /// <summary>Ctrl+C.</summary>
    public Task InterruptAsync() => SignalAsync("INT");

    private async Task SignalAsync(string name)
    {
        using var signal = Process.Start("/bin/sh", ["-c", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"kill -{name} {_process.Id}")]);
        await signal.WaitForExitAsync();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                text.AppendLine(line);
            }
        }
    }
}

/// <summary>How a command ended.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Errors)
{
    public CliResult ShouldSucceed()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Errors}");
        return this;
    }
}
