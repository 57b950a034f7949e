using System.Globalization;
using Orchestrator.Benchmarks;
using Orchestrator.Benchmarks.Lake;
using Orchestrator.Benchmarks.Runs;
using Orchestrator.Benchmarks.Sdk;
using Orchestrator.Benchmarks.Server;
using Orchestrator.Benchmarks.Soak;
using Orchestrator.Benchmarks.Workers;

// Benchmarks [lake|checks|delta|server|server.load|sdk|... ...]: one JSON line per figure, then a table. Other words are roles of child processes.
var suites = new Dictionary<string, Func<CancellationToken, Task<IReadOnlyList<BenchFigure>>>>(StringComparer.Ordinal)
{
    ["lake.medallion"] = LakeBenchmark.RunAsync,
    ["lake.load"] = LoadBenchmark.RunAsync,
    ["lake.commits"] = CommitBenchmark.RunAsync,
    ["lake.merge1pct"] = MergeBenchmark.RunAsync,
    ["s3"] = S3Benchmark.RunAsync,
    ["checks"] = ChecksBenchmark.RunAsync,
    ["delta"] = SnapshotBenchmark.RunAsync,
    ["runs.plan"] = PlanBenchmark.RunAsync,
    ["runs.grid"] = GridBenchmark.RunAsync,
    ["runs.backfill140"] = BackfillBenchmark.RunAsync,
    ["runs.partition"] = PartitionBenchmark.RunAsync,
    ["server.load"] = ServerBenchmark.RunAsync,
    ["server.ts"] = ServerBenchmark.RunOfficialAsync,
    ["server.append"] = LongHistoryBenchmark.RunAsync,
    ["server.open_runs"] = OpenRunsBenchmark.RunAsync,
    ["server.list"] = ListBenchmark.RunAsync,
    ["sdk.load"] = PeerBenchmark.RunAsync,
    ["sdk.replay"] = ReplayBenchmark.RunAsync,
    ["sdk.cached_run"] = CachedRunBenchmark.RunAsync,
    ["sdk.cold_start"] = ColdStartBenchmark.RunAsync,
};

switch (args)
{
    case [EchoServer.Role]:
        await EchoServer.RunAsync();
        return 0;
    case [TemporalServer.Role, .. var file]:
        await TemporalServer.RunAsync(file.FirstOrDefault());
        return 0;
    case [OwnWorker.Role, var address, var taskQueue, var cachedRuns]:
        await OwnWorker.RunAsync(address, taskQueue, int.Parse(cachedRuns, CultureInfo.InvariantCulture));
        return 0;
    case [ColdWorker.Role, var address, var taskQueue]:
        await ColdWorker.RunAsync(address, taskQueue);
        return 0;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
return args is [SoakRun.Role, var minutes, var seed]
    ? await SoakRun.RunAsync(double.Parse(minutes, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture), stop.Token)
    : await Report.RunAsync(suites, args, stop.Token);
