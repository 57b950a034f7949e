using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Orchestrator.TestKit;

namespace Temporal.DevServer.Tests.Durability.Kill;

/// <summary>
/// The server is killed under load again and again. <c>SERVER_KILLS</c> and <c>SERVER_KILL_SEED</c> set how often and when;
/// <c>eng/soak server-kill</c> does it 300 times.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Kill_UnderTheLoadOfTwentyKinds_KeepsEverythingThatWasAcknowledgedOnce()
    {
        var kills = SoakSetting.Number("SERVER_KILLS", 8);
        var seed = SoakSetting.Number("SERVER_KILL_SEED", 20261121);
        var random = new Random(seed);
        using var dir = new TempDir();
        var port = FreePort();
        await using var server = TestServer.Connect($"127.0.0.1:{port}");
        using var stopUsers = new CancellationTokenSource();
        using var stopWorker = new CancellationTokenSource();
        var process = await ServerProcess.StartAsync(dir.At("temporal.db"), port);
        try
        {
            var worker = new KillWorker(server).RunAsync(stopWorker.Token);
            var users = WorkflowKind.All.Select(k => new KillUser(server, k)).ToList();
            var loads = users.ToDictionary(u => u, u => u.RunAsync(stopUsers.Token));
            var working = Task.WhenAll(loads.Values);
            var clock = Stopwatch.StartNew();
            for (var kill = 0; kill < kills; kill++)
            {
                await Task.WhenAny(Task.Delay(random.Next(50, 900), CancellationToken.None), working, worker);
                var ended = loads.Values.Append(worker).FirstOrDefault(t => t.IsCompleted);
                Assert.True(ended is null, $"seed {seed}, kill {kill}: {ended?.Exception}");
                await process.KillAsync();
                process.Dispose();
                process = await ServerProcess.StartAsync(dir.At("temporal.db"), port);
            }

            await stopUsers.CancelAsync();
            await Task.WhenAny(working, Task.Delay(TimeSpan.FromMinutes(1), CancellationToken.None));
            foreach (var (user, load) in loads.Where(l => !l.Value.IsCompleted))
            {
                var events = await server.HistoryAsync(user.Current);
                Assert.Fail($"seed {seed}: '{user.Current}' is stuck after {string.Join(' ', events.Select(e => $"{e.EventId}:{e.EventType}"))}");
            }

            await working;
            await stopWorker.CancelAsync();
            await worker;
            var summary = string.Create(CultureInfo.InvariantCulture,
                $"seed {seed}: {kills} kills, {users.Sum(u => u.Workflows)} workflows of {users.Count} kinds, {users.Sum(u => u.Acknowledged)} acknowledged calls, {clock.Elapsed.TotalSeconds:F0} s");
            output.WriteLine(summary);
            Assert.All(users, u => Assert.True(u.Workflows > 0, summary));
        }
        finally
        {
            process.Dispose();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
