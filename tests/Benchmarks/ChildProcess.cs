using System.Diagnostics;

namespace Orchestrator.Benchmarks;

/// <summary>
/// A program in a process of its own. It prints <c>ready TEXT</c> and works until its input ends, so it also goes when this process is
/// killed. Meanwhile it may answer lines on its input with a line each.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const string Ready = "ready ";
    private readonly Process _process;

    private ChildProcess(Process process, string address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>What the program said after it was ready: a server's address.</summary>
    public string Address { get; }

    /// <summary>Processor time that it has used, user and system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory that it has in use, in MB of a million bytes.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Threads that it has.</summary>
    public int Threads
    {
        get
        {
            _process.Refresh();
            return _process.Threads.Count;
        }
    }

    /// <summary>Starts this program again in a role and waits until it is ready.</summary>
    public static Task<ChildProcess> StartAsync(string role, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        StartProgramAsync("dotnet", [typeof(ChildProcess).Assembly.Location, role, .. arguments], cancellationToken);

    /// <summary>Starts a program and waits until it is ready.</summary>
    public static async Task<ChildProcess> StartProgramAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"The child process '{program}' did not start.");
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        if (line is null || !line.StartsWith(Ready, StringComparison.Ordinal))
        {
            process.Kill();
            throw new InvalidOperationException($"The child process '{string.Join(' ', start.ArgumentList)}' did not become ready; it said '{line}'.");
        }

        return new ChildProcess(process, line[Ready.Length..]);
    }

    /// <summary>The child's side: says that it is ready and answers lines until its input ends.</summary>
    public static async Task ServeAsync(string address, Func<string, string>? answer = null)
    {
        Console.WriteLine(Ready + address);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Console.WriteLine(answer?.Invoke(line));
        }
    }

    /// <summary>Sends a line and returns the line that the program answers.</summary>
    public async Task<string> AskAsync(string line, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        return await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException($"The child process ended instead of answering '{line}'.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
