using System.Diagnostics;
using System.Globalization;
using Orchestrator.Benchmarks.Server;
using Orchestrator.Benchmarks.Workers;
using Temporalio.Client;

namespace Orchestrator.Benchmarks.Sdk;

/// <summary>How long a worker in a fresh process needs until it runs the first workflow task, which waits for it.</summary>
internal static class ColdStartBenchmark
{
    private const int Starts = 7;

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ChildProcess.StartAsync(TemporalServer.Role, [], cancellationToken);
        var client = await TemporalClient.ConnectAsync(new(server.Address));
        var (sinceConnect, sinceStart, cpu, official) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var start = 0; start <= Starts; start++)
        {
            var queue = $"cold-{start}";
            await client.StartWorkflowAsync((EmptyWorkflow w) => w.RunAsync(), new(queue, queue));
            await using var worker = await ChildProcess.StartAsync(ColdWorker.Role, [server.Address, queue], cancellationToken);
            var said = worker.Address.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
            if (start > 0) // the first start reads the program from disk and warms the server
            {
                sinceConnect.Add(said[0]);
                sinceStart.Add(said[1]);
                cpu.Add(said[2]);
                official.Add(await OfficialAsync(client, server.Address, $"official-{start}", cancellationToken));
            }
        }

        return
        [
            new BenchFigure("sdk.cold_start.ms", Load.Percentile(sinceConnect, 0.5), "ms"),
            new BenchFigure("sdk.cold_start.cpu_ms", Load.Percentile(cpu, 0.5), "ms"),
            new BenchFigure("sdk.cold_start.process_ms", Load.Percentile(sinceStart, 0.5), "ms")
                .Beside(new BenchFigure("sdk.ts.cold_start.process_ms", Load.Percentile(official, 0.5), "ms")),
        ];
    }

    /// <summary>From the start of the official worker's process until the workflow has ended.</summary>
    private static async Task<double> OfficialAsync(TemporalClient client, string address, string queue, CancellationToken cancellationToken)
    {
        var handle = await client.StartWorkflowAsync((EmptyWorkflow w) => w.RunAsync(), new(queue, queue));
        var began = Stopwatch.GetTimestamp();
        await using var worker = await TypeScriptWorker.StartAsync(address, queue, cancellationToken);
        await handle.GetResultAsync();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
