using Orchestrator.Activities.Contracts;
using Orchestrator.Benchmarks.Lake;
using Orchestrator.Pipelines;
using Orchestrator.TestKit;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Client;

namespace Orchestrator.Benchmarks.Runs;

/// <summary>
/// <c>runs.backfill140.ratio</c>: a backfill of 140 real days on the embedded server with its worker and its database file, beside a bare loop over the days that reads, checks and
/// writes the same in one engine with all cores; and beside the same loop without the checks. The two take turns, three times each, and the median of the three ratios is the figure: the
/// speed of a shared machine changes by more than what is to be told apart.
/// </summary>
internal static class BackfillBenchmark
{
    private const int Days = 140;
    private const int Warm = 15;
    private const int Rounds = 3;

    public static async Task<IReadOnlyList<BenchFigure>> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TempDir();
        BenchPipeline.Create(folder.At("pipelines"), "covid", Days);
        var spec = PipelineLoader.Load(folder.At("pipelines", "covid"));
        var days = (await spec.Sources["daily"].DiscoverAsync(spec.Partitioning, cancellationToken)).Partitions.Select(p => (p.Partition, p.Files[0].Uri)).ToArray();

        // Once over some days for both, so that neither pays for the first use of the code.
        var first = days.Take(Warm).ToArray();
        new BareMedallion(spec, folder.At("bare-warm"), checks: true).Run(first);
        await using (var warm = await LocalProduct.StartAsync(folder.At("pipelines"), folder.At("warm"), cancellationToken))
        {
            await BackfillAsync(warm, spec.Name, first.Select(d => d.Partition.Value), cancellationToken);
        }

        string[] partitions = [.. days.Select(d => d.Partition.Value)];
        var rounds = new List<Round>();
        var steps = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < Rounds; i++)
        {
            var (bareSeconds, bareCpu) = await LoadTime.OfAsync(() => Bare(checks: true, i));
            await using var product = await LocalProduct.StartAsync(folder.At("pipelines"), folder.At($"product-{i}"), cancellationToken);
            var (seconds, cpu) = await LoadTime.OfAsync(() => BackfillAsync(product, spec.Name, partitions, cancellationToken));
            rounds.Add(new Round(seconds, cpu, bareSeconds, bareCpu));
            steps.Clear();
            foreach (var partition in partitions)
            {
                Add(steps, (await product.Client.GetWorkflowHandle(new RunRequest(spec.Name, partition).WorkflowId).FetchHistoryAsync()).Events);
            }
        }

        var (uncheckedSeconds, _) = await LoadTime.OfAsync(() => Bare(checks: false, Rounds));
        rounds.Sort((a, b) => a.Ratio.CompareTo(b.Ratio));
        var median = rounds[Rounds / 2];
        var bare = new BenchFigure("runs.backfill140.bare_checked_s", median.BareSeconds, "s");
        return
        [
            new BenchFigure("runs.backfill140.days", days.Length, "days"),
            new BenchFigure("runs.backfill140.ratio", median.Ratio, "x", bare.Name, median.BareSeconds, median.Ratio),
            new BenchFigure("runs.backfill140.ratio.least", rounds[0].Ratio, "x"),
            new BenchFigure("runs.backfill140.ratio.most", rounds[^1].Ratio, "x"),
            new BenchFigure("runs.backfill140.s", median.Seconds, "s").Beside(bare),
            new BenchFigure("runs.backfill140.unchecked.ratio", median.Seconds / uncheckedSeconds, "x", "runs.backfill140.bare_s", uncheckedSeconds, median.Seconds / uncheckedSeconds),
            new BenchFigure("runs.backfill140.cpu_s", median.Cpu, "s").Beside(new BenchFigure("runs.backfill140.bare_checked_cpu_s", median.BareCpu, "s")),
            .. steps.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new BenchFigure($"runs.backfill140.step.{s.Key.Replace(' ', '.')}.busy_s", s.Value, "s")),
        ];

        Task Bare(bool checks, int round)
        {
            new BareMedallion(spec, folder.At($"bare-{round}"), checks).Run(days);
            return Task.CompletedTask;
        }
    }

    private static Task BackfillAsync(LocalProduct product, string pipeline, IEnumerable<string> partitions, CancellationToken cancellationToken) => product.WorkAsync(
        async () =>
        {
            var request = new BackfillRequest { Pipeline = pipeline, Name = "bench", Partitions = [.. partitions], Approved = true, Selection = BackfillSelection.All };
            var handle = await product.Client.StartWorkflowAsync("Backfill", [request], new WorkflowOptions(request.WorkflowId, TaskQueues.Pipelines));
            var result = await handle.GetResultAsync<BackfillProgress>();
            if (result.Published != request.Partitions.Count)
            {
                throw new InvalidOperationException($"{result.Published} of {request.Partitions.Count} partitions published, {result.Failed} failed.");
            }
        },
        cancellationToken);

    private sealed record Round(double Seconds, double Cpu, double BareSeconds, double BareCpu)
    {
        public double Ratio => Seconds / BareSeconds;
    }

    /// <summary>Adds the time that each kind of step was busy.</summary>
    private static void Add(Dictionary<string, double> steps, IEnumerable<HistoryEvent> events)
    {
        var names = new Dictionary<long, string>();
        var started = new Dictionary<long, DateTimeOffset>();
        foreach (var e in events)
        {
            if (e.EventType == EventType.ActivityTaskScheduled)
            {
                var dataset = e.UserMetadata?.Summary?.Data is { IsEmpty: false } summary ? " " + summary.ToStringUtf8().Trim('"') : "";
                names[e.EventId] = e.ActivityTaskScheduledEventAttributes.ActivityType.Name + dataset;
            }
            else if (e.EventType == EventType.ActivityTaskStarted)
            {
                started[e.ActivityTaskStartedEventAttributes.ScheduledEventId] = e.EventTime.ToDateTimeOffset();
            }
            else if (e.EventType == EventType.ActivityTaskCompleted)
            {
                var id = e.ActivityTaskCompletedEventAttributes.ScheduledEventId;
                steps[names[id]] = steps.GetValueOrDefault(names[id]) + (e.EventTime.ToDateTimeOffset() - started[id]).TotalSeconds;
            }
        }
    }
}
