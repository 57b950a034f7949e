using Orchestrator.Benchmarks;
using Orchestrator.Benchmarks.Lake;
using Orchestrator.Benchmarks.Server;

// Benchmarks [lake|server|server.load|... ...]: one JSON line per figure, then a table. Other words are roles of child processes.
var suites = new Dictionary<string, Func<CancellationToken, Task<IReadOnlyList<BenchFigure>>>>(StringComparer.Ordinal)
{
    ["lake"] = LakeBenchmark.RunAsync,
    ["server.load"] = ServerBenchmark.RunAsync,
    ["server.append"] = LongHistoryBenchmark.RunAsync,
    ["server.open_runs"] = OpenRunsBenchmark.RunAsync,
    ["server.list"] = ListBenchmark.RunAsync,
};

switch (args)
{
    case [EchoServer.Role]:
        await EchoServer.RunAsync();
        return 0;
    case [TemporalServer.Role, .. var file]:
        await TemporalServer.RunAsync(file.FirstOrDefault());
        return 0;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
return await Report.RunAsync(suites, args, stop.Token);
