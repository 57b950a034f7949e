using System.Globalization;
using Integration.Tests.Catalog;
using Integration.Tests.Cli;
using Integration.Tests.Runs;
using Orchestrator.TestKit;
using Orchestrator.TestKit.S3;

namespace Integration.Tests.Kills;

/// <summary>
/// Each workflow, at each of its steps, under each fault: the tables end as those of an undisturbed run. In CI a case for each fault that takes seconds; <c>KILL_MATRIX=1</c> runs all of them,
/// <c>KILL_MATRIX=7</c> every seventh, <c>KILL_MATRIX=7+3</c> every seventh from the fourth, <c>KILL_MATRIX="network cut"</c> those of that workflow, point or fault; each prints how many were run.
/// </summary>
public sealed class KillMatrixTests(PostgresServer postgres, KillTable table) : IClassFixture<PostgresServer>, IClassFixture<KillTable>
{
    private static readonly string[] Faults = ["worker killed", "worker asleep", "server killed", "network cut", "S3 reply lost", "Postgres killed"];

    private static readonly Dictionary<string, Lazy<Task<IReadOnlyDictionary<string, string>>>> Undisturbed =
        KillJob.All.ToDictionary(j => j.Workflow, j => new Lazy<Task<IReadOnlyDictionary<string, string>>>(() => UndisturbedAsync(j)));

    public static TheoryData<string, string, string> Cases()
    {
        var all = KillJob.All.SelectMany(j => j.Points.SelectMany(p => Faults.Select(f => (j.Workflow, Point: p, Fault: f)))).ToList();
        var chosen = Environment.GetEnvironmentVariable("KILL_MATRIX") is { } wish
            ? Chosen(all, wish)
            :
            [
                ("PipelineRun", "Transform.end", "network cut"),
                ("PipelineRun", "publish.before-commit", "S3 reply lost"),
                ("Backfill", "RecordBackfill.end", "worker killed"),
                ("PartitionWindow", "RecordWindow.begin", "server killed"),
                ("Maintain", "maintain.after-compact-commit", "Postgres killed"),
                ("Rollback", "rollback.after-commit", "worker killed"),
            ];
        return [.. chosen.Select(c => new TheoryDataRow<string, string, string>(c.Item1, c.Item2, c.Item3))];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Workflow_DisturbedAtAStep_EndsAsUndisturbed(string workflow, string point, string fault)
    {
        var job = KillJob.All.Single(j => j.Workflow == workflow);
        using var workspace = KillJob.Workspace();
        await using var bucket = fault == "S3 reply lost" ? await BucketAsync(workspace) : null;
        var catalog = fault == "Postgres killed" ? await postgres.DatabaseAsync() : null;
        if (catalog is not null)
        {
            workspace.Write("connection", catalog);
            workspace.Write("temporal-dev.yaml", $"catalog: ${{file:{workspace.At("connection")}}}");
        }

        await job.PrepareAsync(workspace);
        await using var server = workspace.Start(null, "dev", "--no-worker", "--port", "0");
        await server.WaitForAsync("Ctrl+C stops");
        var address = server.Output.Split("Temporal service at ")[1].Split(',')[0];
        await using var network = new TcpProxy(address);
        await using var worker = workspace.Start(
            new Dictionary<string, string> { ["ORCHESTRATOR_FAILPOINT"] = $"{point}={(fault == "worker killed" ? "kill" : "stop")}", ["TEMPORAL_ADDRESS"] = network.Address }, "worker");
        await worker.WaitForAsync("Ctrl+C stops");
        await using var command = workspace.Start(null, job.Command);

        try
        {
            await (fault switch
            {
                "worker killed" => KilledAsync(workspace, worker, command),
                "worker asleep" => AsleepAsync(workspace, worker, command),
                "server killed" => ServerKilledAsync(workspace, worker, server, address, command),
                "network cut" => CutAsync(worker, network, command),
                "S3 reply lost" => ReplyLostAsync(worker, bucket!, command),
                _ => PostgresKilledAsync(worker, command),
            });
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\nWorker:\n{worker.Output}{worker.Errors}\nServer:\n{server.Output}{server.Errors}", e);
        }

        if (catalog is not null)
        {
            await postgres.StartAsync();
            (await workspace.CallAsync("catalog", "migrate")).ShouldSucceed();
            (await workspace.CallAsync("catalog", "status")).ShouldSucceed();
        }

        var (expected, seen) = (await Undisturbed[workflow].Value, await KillJob.RowsAsync(workspace));
        Assert.All(expected, rows => Assert.Equal(rows.Value, seen[rows.Key]));
        table.Add(workflow, fault);
    }

    private static IEnumerable<(string Workflow, string Point, string Fault)> Chosen(List<(string Workflow, string Point, string Fault)> all, string wish)
    {
        var parts = wish.Split('+');
        return int.TryParse(parts[0], CultureInfo.InvariantCulture, out var step)
            ? all.Skip(parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0).Where((_, i) => i % step == 0)
            : all.Where(c => wish.Split('/').All(w => w == c.Workflow || w == c.Point || w == c.Fault));
    }

    private static async Task KilledAsync(SmallWorkspace workspace, OrchestratorProcess worker, OrchestratorProcess command)
    {
        Assert.Equal(137, (await worker.EndAsync()).ExitCode);
        await using var second = workspace.Start(null, "worker");
        (await command.EndAsync()).ShouldSucceed();
    }

    /// <summary>Another worker does the work; then the first wakes up in the middle of what it was about to do.</summary>
    private static async Task AsleepAsync(SmallWorkspace workspace, OrchestratorProcess worker, OrchestratorProcess command)
    {
        await worker.WaitForStopAsync();
        await using var second = workspace.Start(null, "worker");
        (await command.EndAsync()).ShouldSucceed();
        await worker.ContinueAsync();
        await worker.InterruptAsync();
        await worker.EndAsync();
    }

    private static async Task ServerKilledAsync(SmallWorkspace workspace, OrchestratorProcess worker, OrchestratorProcess server, string address, OrchestratorProcess command)
    {
        await worker.WaitForStopAsync();
        await server.KillAsync();
        await using var again = workspace.Start(null, "dev", "--no-worker", "--port", address.Split(':')[1]);
        await again.WaitForAsync("Ctrl+C stops");
        await worker.ContinueAsync();
        (await command.EndAsync()).ShouldSucceed();
    }

    private static async Task CutAsync(OrchestratorProcess worker, TcpProxy network, OrchestratorProcess command)
    {
        await worker.WaitForStopAsync();
        network.Cut();
        await worker.ContinueAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        network.Mend();
        (await command.EndAsync()).ShouldSucceed();
    }

    private static async Task ReplyLostAsync(OrchestratorProcess worker, S3TestServer bucket, OrchestratorProcess command)
    {
        await worker.WaitForStopAsync();
        bucket.Faults.Add(S3Fault.ResetAfterStore, times: 2, when: r => r.Method is "PUT" or "POST" or "DELETE");
        await worker.ContinueAsync();
        (await command.EndAsync()).ShouldSucceed();
        bucket.Faults.Clear();
    }

    private async Task PostgresKilledAsync(OrchestratorProcess worker, OrchestratorProcess command)
    {
        await worker.WaitForStopAsync();
        await postgres.KillAsync();
        await worker.ContinueAsync();
        (await command.EndAsync()).ShouldSucceed();
    }

    private static async Task<S3TestServer> BucketAsync(SmallWorkspace workspace)
    {
        var server = await S3TestServer.StartAsync(new S3ServerOptions { Buckets = ["lake"] });
        workspace.Write("temporal-dev.yaml", $"lake: \"{server.Location("lake/kills", $"cache={workspace.At("cache")}")}\"");
        return server;
    }

    private static async Task<IReadOnlyDictionary<string, string>> UndisturbedAsync(KillJob job)
    {
        using var workspace = KillJob.Workspace();
        await job.PrepareAsync(workspace);
        (await workspace.CallAsync(job.Command)).ShouldSucceed();
        return await KillJob.RowsAsync(workspace);
    }
}
