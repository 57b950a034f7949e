using Temporal.DevServer;

namespace Orchestrator.Benchmarks.Server;

/// <summary>The embedded server in a process of its own.</summary>
internal static class TemporalServer
{
    public const string Role = "temporal-server";

    /// <summary>Serves with its data in a file, or in memory when there is none.</summary>
    public static async Task RunAsync(string? databaseFile)
    {
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions { DatabaseFile = databaseFile });
        await ChildProcess.ServeAsync(server.Address);
    }
}
