using System.Diagnostics;
using System.Globalization;
using Temporal.DevServer.Conformance;

namespace Temporal.DevServer.Tests.Durability;

/// <summary>A server in a process of its own, to be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    public static async Task<ServerProcess> StartAsync(string file, int port = 0)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(WireClient).Assembly.Location, "serve", "--file", file, "--port", port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        var address = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60))
            ?? throw new InvalidOperationException("The server process ended before it served.");
        return new ServerProcess(process, address);
    }

    /// <summary>Ends it without a chance to tidy up, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
