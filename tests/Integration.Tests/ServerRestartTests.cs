using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orchestrator.TestKit;
using Temporal.DevServer;

namespace Orchestrator.Integration.Tests;

/// <summary>A running official worker and its workflows over a restart of the embedded server on its file.</summary>
public sealed class ServerRestartTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task OfficialWorker_ServerRestartsOnItsFile_EveryWorkflowCompletesWithEachStepOnce()
    {
        using var folder = new TempDir();
        var options = new DevServerOptions { DatabaseFile = folder.At("temporal.db") };
        var server = await TemporalDevServer.StartAsync(options);
        Process? script = null;
        try
        {
            options.Port = int.Parse(server.Address.Split(':')[1], CultureInfo.InvariantCulture);
            script = await NodeScript.StartAsync("restart.js", server.Address);
            Assert.Equal("under-way", (await NextAsync(script))!.Name);

            await server.DisposeAsync();
            server = await TemporalDevServer.StartAsync(options);

            for (var completed = 0; await NextAsync(script) is { } outcome; completed++)
            {
                Assert.True(outcome.Ok, outcome.Error);
                Assert.True(completed < 5);
            }

            await script.WaitForExitAsync();
            Assert.Equal(0, script.ExitCode);
        }
        finally
        {
            script?.Kill();
            script?.Dispose();
            await server.DisposeAsync();
        }
    }

    private static async Task<NodeScript.Outcome?> NextAsync(Process script)
    {
        var line = await script.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        return line is null ? null : JsonSerializer.Deserialize<NodeScript.Outcome>(line);
    }
}
