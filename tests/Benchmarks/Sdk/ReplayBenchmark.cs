using System.Diagnostics;
using System.Globalization;
using Orchestrator.Benchmarks.Server;
using Temporal.DevServer;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Worker;

namespace Orchestrator.Benchmarks.Sdk;

/// <summary>Replay of one run's history, a sequence of activities: events per second, at three lengths.</summary>
internal static class ReplayBenchmark
{
    private const int EventsPerStep = 6;
    private const int Goal = 10_000;
    private static readonly int[] Lengths = [2_000, Goal, 50_000];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        var histories = await RecordAsync(cancellationToken);
        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<SequenceWorkflow>());
        await MeasureAsync(replayer, histories[0], WarmUp, cancellationToken);

        var figures = new List<BenchFigure>();
        foreach (var history in histories)
        {
            var measured = await MeasureAsync(replayer, history, Window, cancellationToken);
            var length = Lengths[figures.Count / 2];
            var name = length == Goal ? "sdk.replay" : string.Create(CultureInfo.InvariantCulture, $"sdk.replay_{length}");
            figures.Add(new BenchFigure($"{name}.events_per_s", measured.PerSecond, "1/s"));
            figures.Add(new BenchFigure($"{name}.bytes_per_activation", measured.BytesPerActivation, "bytes"));
        }

        var perSecond = figures.Where(f => f.Unit == "1/s").Select(f => f.Value).ToArray();
        figures.Add(new BenchFigure("sdk.replay.linear", perSecond[^1] / perSecond[0], "x"));
        return figures;
    }

    private static async Task<List<WorkflowHistory>> RecordAsync(CancellationToken cancellationToken)
    {
        await using var server = await TemporalDevServer.StartAsync(new DevServerOptions(), cancellationToken);
        var client = await TemporalClient.ConnectAsync(new(server.Address));
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions("replay").AddWorkflow<SequenceWorkflow>().AddAllActivities(typeof(BenchActivities), null));
        return await worker.ExecuteAsync(
            async () =>
            {
                var histories = new List<WorkflowHistory>();
                foreach (var length in Lengths)
                {
                    var handle = await client.StartWorkflowAsync(
                        (SequenceWorkflow w) => w.RunAsync(length / EventsPerStep), new($"replay-{length}", "replay"));
                    await handle.GetResultAsync();
                    histories.Add(await handle.FetchHistoryAsync());
                }

                return histories;
            },
            cancellationToken);
    }

    private static async Task<(double PerSecond, double BytesPerActivation)> MeasureAsync(
        WorkflowReplayer replayer, WorkflowHistory history, TimeSpan duration, CancellationToken cancellationToken)
    {
        var rates = new List<double>();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < duration || rates.Count < 3;)
        {
            var started = Stopwatch.GetTimestamp();
            await replayer.ReplayWorkflowAsync(history, cancellationToken: cancellationToken);
            rates.Add(history.Events.Count / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return (Load.Percentile(rates, 0.5), (double)bytes / rates.Count / (history.Events.Count / EventsPerStep));
    }
}
