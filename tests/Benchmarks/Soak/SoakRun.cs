using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Benchmarks.Server;
using Orchestrator.Benchmarks.Workers;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Benchmarks.Soak;

/// <summary>
/// A worker under a mixed load for a long time: <c>eng/soak sdk-load [MINUTES [SEED]]</c>. Its cache is small, so that runs leave it and come
/// back all the time. At the end its memory and threads must be what they were after the first third, and every run must have ended.
/// </summary>
internal static class SoakRun
{
    public const string Role = "soak";
    private const int Callers = 6;
    private const int CachedRuns = 60;
    private const int LongRuns = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Returns 0 when nothing grew and nothing was stuck, else 1. Figures go to standard output as one line of JSON, progress to standard error.</summary>
    public static async Task<int> RunAsync(double minutes, int seed, CancellationToken cancellationToken)
    {
        using var folder = new Folder();
        await using var server = await ChildProcess.StartAsync(TemporalServer.Role, [Path.Combine(folder.Path, "temporal.db")], cancellationToken);
        await using var load = await WorkflowLoad.StartAsync(
            server, "soak", (address, queue, token) => OwnWorker.StartAsync(address, queue, CachedRuns, token), cancellationToken);
        var client = await TemporalClient.ConnectAsync(new(server.Address));
        var waiting = await StartLongRunsAsync(client, load.TaskQueue);
        var ended = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var stuck = new ConcurrentBag<string>();
        var samples = new List<Sample>();
        var clock = Stopwatch.StartNew();
        var end = TimeSpan.FromMinutes(minutes);
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(
            async () =>
            {
                var random = new Random(seed + caller);
                var kinds = Kinds(load, client, waiting, random);
                while (clock.Elapsed < end)
                {
                    var (name, run) = kinds[random.Next(kinds.Count)];
                    try
                    {
                        await run().WaitAsync(Patience, cancellationToken);
                        ended.AddOrUpdate(name, 1, static (_, n) => n + 1);
                    }
                    catch (TimeoutException)
                    {
                        stuck.Add(name);
                    }

                    await Task.Delay(Pause, cancellationToken);
                }
            },
            cancellationToken)).ToList();
        var all = Task.WhenAll(callers);
        while (!all.IsCompleted)
        {
            await Task.WhenAny(all, Task.Delay(TimeSpan.FromMinutes(minutes) / 30, cancellationToken));
            samples.Add(new(clock.Elapsed, load.ResidentMegabytes, await load.LiveBytesAsync(cancellationToken) / 1e6, load.Threads));
            await Console.Error.WriteLineAsync($"soak: {samples[^1]}, {ended.Values.Sum()} operations, {stuck.Count} stuck");
        }

        await all;
        var left = await EndLongRunsAsync(client, waiting, cancellationToken);
        var open = await OpenRunsAsync(client, load.TaskQueue, cancellationToken);
        var (middle, last) = (Third(samples, end, 1), Third(samples, end, 2));
        var flat = last.LiveMegabytes <= (middle.LiveMegabytes * 1.1) + 1 && last.ResidentMegabytes <= middle.ResidentMegabytes * 1.15 && last.Threads <= middle.Threads + 3;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            name = "sdk.soak", seed, minutes, operations = ended.Values.Sum(), kinds = ended.OrderBy(k => k.Key, StringComparer.Ordinal).ToDictionary(),
            stuck = stuck.Count + left + open, middle, last, flat,
        }));
        return flat && stuck.IsEmpty && left == 0 && open == 0 ? 0 : 1;
    }

    private static async Task<List<WorkflowHandle<SoakWorkflow, int>>> StartLongRunsAsync(TemporalClient client, string queue) =>
        [.. await Task.WhenAll(Enumerable.Range(0, LongRuns).Select(n =>
            client.StartWorkflowAsync((SoakWorkflow w) => w.RunAsync("wait", int.MaxValue), new($"long-{n}", queue))))];

    private static List<(string Name, Func<Task> Run)> Kinds(
        WorkflowLoad load, TemporalClient client, List<WorkflowHandle<SoakWorkflow, int>> waiting, Random random)
    {
        Task<int> Soak(string kind, int count) =>
            client.ExecuteWorkflowAsync((SoakWorkflow w) => w.RunAsync(kind, count), new($"{kind}-{Guid.NewGuid()}", load.TaskQueue));
        WorkflowHandle<SoakWorkflow, int> AnyLong() => waiting[random.Next(waiting.Count)];
        return
        [
            ("empty", load.Empty),
            ("one activity", load.OneActivity),
            ("local activity", load.LocalActivity),
            ("sequence", load.Sequence),
            ("fan-out", load.FanOut),
            ("timer", load.Timer),
            ("children", load.Children),
            ("updates", () => load.UpdatesAsync(10, 5, CancellationToken.None)),
            ("signals", () => load.SignalsAsync(20, CancellationToken.None)),
            ("retry", () => Soak("retry", 3)),
            ("fail", () => Soak("fail", 3)),
            ("chain", () => Soak("chain", 5)),
            ("cancel", () => CancelAsync(client, load.TaskQueue)),
            ("signal long run", () => AnyLong().SignalAsync(w => w.PokeAsync())),
            ("query long run", () => AnyLong().QueryAsync(w => w.Pokes())),
        ];
    }

    private static async Task CancelAsync(TemporalClient client, string queue)
    {
        var handle = await client.StartWorkflowAsync((SoakWorkflow w) => w.RunAsync("cancel", 0), new($"cancel-{Guid.NewGuid()}", queue));
        await handle.CancelAsync();
        try
        {
            await handle.GetResultAsync();
        }
        catch (WorkflowFailedException e) when (e.InnerException is CanceledFailureException)
        {
            return;
        }

        throw new InvalidOperationException($"Workflow '{handle.Id}' was canceled and ended otherwise.");
    }

    /// <summary>Each long run still answers, is ended, and is counted when it is not.</summary>
    private static async Task<int> EndLongRunsAsync(TemporalClient client, List<WorkflowHandle<SoakWorkflow, int>> waiting, CancellationToken cancellationToken)
    {
        var silent = 0;
        await Parallel.ForEachAsync(waiting, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken }, async (handle, token) =>
        {
            try
            {
                await handle.QueryAsync(w => w.Pokes()).WaitAsync(Patience, token);
                await client.GetWorkflowHandle(handle.Id).TerminateAsync("the soak is over");
            }
            catch (TimeoutException)
            {
                Interlocked.Increment(ref silent);
            }
        });
        return silent;
    }

    private static async Task<int> OpenRunsAsync(TemporalClient client, string queue, CancellationToken cancellationToken) =>
        (int)(await client.CountWorkflowsAsync($"TaskQueue = '{queue}' AND ExecutionStatus = 'Running'", new() { Rpc = new() { CancellationToken = cancellationToken } })).Count;

    /// <summary>The middle values of the second (1) or the last (2) third.</summary>
    private static Sample Third(List<Sample> samples, TimeSpan end, int third)
    {
        var some = samples.Where(s => s.At >= end * third / 3 && (third == 2 || s.At < end * 2 / 3)).DefaultIfEmpty(samples[^1]).ToList();
        return new(
            end * (third + 1) / 3,
            Load.Percentile(some.Select(s => s.ResidentMegabytes), 0.5),
            Load.Percentile(some.Select(s => s.LiveMegabytes), 0.5),
            (int)Load.Percentile(some.Select(s => (double)s.Threads), 0.5));
    }

    private sealed record Sample(TimeSpan At, double ResidentMegabytes, double LiveMegabytes, int Threads)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{At:hh\\:mm\\:ss}, {ResidentMegabytes:F0} MB resident, {LiveMegabytes:F1} MB live, {Threads} threads");
    }
}
