using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;

namespace Temporalio.Testing;

/// <summary>A server started by the <c>temporal</c> command-line tool or another one, in a process of its own.</summary>
internal sealed class ToolServer : ILocalServer
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly Process _process;

    private ToolServer(Process process, string address)
    {
        _process = process;
        Address = address;
    }

    /// <inheritdoc/>
    public string Address { get; }

    /// <inheritdoc/>
    public bool KnowsSearchAttributes => true;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }

        _process.Dispose();
    }

    internal static Task<ILocalServer> StartAsync(string path, WorkflowEnvironmentStartLocalOptions options)
    {
        var address = options.TargetHost ?? $"127.0.0.1:{FreePort()}";
        return StartAsync(path, address, Arguments(address, options), options);
    }

    /// <summary>Starts a time-skipping test server, which takes its port as the first argument.</summary>
    internal static Task<ILocalServer> StartAsync(string path, WorkflowEnvironmentStartTimeSkippingOptions options)
    {
        var address = options.TargetHost ?? $"127.0.0.1:{FreePort()}";
        return StartAsync(
            path, address, [address[(address.LastIndexOf(':') + 1)..], "--enable-time-skipping", .. options.TestServer.ExtraArgs ?? []], options);
    }

    private static async Task<ILocalServer> StartAsync(string path, string address, IEnumerable<string> arguments, TemporalClientConnectOptions options)
    {
        var info = new ProcessStartInfo(path) { UseShellExecute = false };
        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        var process = Process.Start(info) ?? throw new InvalidOperationException($"'{path}' did not start.");
        var server = new ToolServer(process, address);
        try
        {
            await server.WaitUntilReadyAsync(options).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static IEnumerable<string> Arguments(string address, WorkflowEnvironmentStartLocalOptions options)
    {
        var colon = address.LastIndexOf(':');
        var server = options.DevServerOptions;
        List<string> arguments =
        [
            "server", "start-dev", "--ip", address[..colon] is "localhost" ? "127.0.0.1" : address[..colon], "--port", address[(colon + 1)..],
            "--namespace", options.Namespace, "--log-level", server.LogLevel, "--log-format", server.LogFormat,
        ];
        if (server.DatabaseFilename is { } file)
        {
            arguments.AddRange(["--db-filename", file]);
        }

        if (!options.UI)
        {
            arguments.Add("--headless");
        }
        else if (options.UIPort > 0)
        {
            arguments.AddRange(["--ui-port", options.UIPort.ToString(CultureInfo.InvariantCulture)]);
        }

        foreach (var key in options.SearchAttributes ?? [])
        {
            arguments.AddRange(["--search-attribute", $"{key.Name}={TypeName(key.ValueType)}"]);
        }

        return arguments.Concat(server.ExtraArgs ?? []);
    }

    private static string TypeName(IndexedValueType type) => type.ToString();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilReadyAsync(TemporalClientConnectOptions options)
    {
        var probe = (TemporalClientConnectOptions)options.Clone();
        probe.TargetHost = Address;
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The server at {Address} ended with exit code {_process.ExitCode} before it was ready.");
            }

            try
            {
                var connection = await TemporalConnection.ConnectAsync(probe).ConfigureAwait(false);
                await connection.WorkflowService.DescribeNamespaceAsync(new() { Namespace = options.Namespace }).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is InvalidOperationException or Exceptions.RpcException)
            {
                if (Stopwatch.GetElapsedTime(started) > StartTime)
                {
                    throw new InvalidOperationException($"The server at {Address} was not ready after {StartTime.TotalSeconds} s: {e.Message}", e);
                }
            }

            await Task.Delay(Pause).ConfigureAwait(false);
        }
    }
}
