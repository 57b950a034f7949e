using System.Diagnostics;

namespace Orchestrator.Benchmarks.Server;

/// <summary>
/// This program again, as a server in a process of its own. It prints <c>ready ADDRESS</c> and serves until its input ends, so it
/// also goes when this process is killed.
/// </summary>
internal sealed class ChildServer : IAsyncDisposable
{
    private const string Ready = "ready ";
    private readonly Process _process;

    private ChildServer(Process process, string address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>What the server said its address is.</summary>
    public string Address { get; }

    /// <summary>Processor time that the server has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory that the server has in use, in MB of a million bytes.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Starts the role and waits until it serves.</summary>
    public static async Task<ChildServer> StartAsync(string role, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ChildServer).Assembly.Location, role, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"The child process '{role}' did not start.");
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        if (line is null || !line.StartsWith(Ready, StringComparison.Ordinal))
        {
            process.Kill();
            throw new InvalidOperationException($"The child process '{role}' did not become ready; it said '{line}'.");
        }

        return new ChildServer(process, line[Ready.Length..]);
    }

    /// <summary>The child's side: says where it serves and waits for its input to end.</summary>
    public static async Task ServeAsync(string address)
    {
        Console.WriteLine(Ready + address);
        await Console.In.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
