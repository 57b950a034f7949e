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
/// writes the same in one engine with all cores; and beside the same loop without the checks.
/// </summary>
internal static class BackfillBenchmark
{
    private const int Days = 140;
    private const int Warm = 15;

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

        var (checkedSeconds, checkedCpu) = await LoadTime.OfAsync(() => Bare(checks: true));
        var (uncheckedSeconds, _) = await LoadTime.OfAsync(() => Bare(checks: false));
        await using var product = await LocalProduct.StartAsync(folder.At("pipelines"), folder.At("product"), cancellationToken);
        string[] partitions = [.. days.Select(d => d.Partition.Value)];
        var (seconds, cpu) = await LoadTime.OfAsync(() => BackfillAsync(product, spec.Name, partitions, cancellationToken));
        var steps = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var partition in partitions)
        {
            Add(steps, (await product.Client.GetWorkflowHandle(new RunRequest(spec.Name, partition).WorkflowId).FetchHistoryAsync()).Events);
        }

        var bare = new BenchFigure("runs.backfill140.bare_checked_s", checkedSeconds, "s");
        return
        [
            new BenchFigure("runs.backfill140.days", days.Length, "days"),
            new BenchFigure("runs.backfill140.ratio", seconds / checkedSeconds, "x", bare.Name, checkedSeconds, seconds / checkedSeconds),
            new BenchFigure("runs.backfill140.s", seconds, "s").Beside(bare),
            new BenchFigure("runs.backfill140.unchecked.ratio", seconds / uncheckedSeconds, "x", "runs.backfill140.bare_s", uncheckedSeconds, seconds / uncheckedSeconds),
            new BenchFigure("runs.backfill140.cpu_s", cpu, "s").Beside(new BenchFigure("runs.backfill140.bare_checked_cpu_s", checkedCpu, "s")),
            .. steps.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new BenchFigure($"runs.backfill140.step.{s.Key.Replace(' ', '.')}.busy_s", s.Value, "s")),
        ];

        Task Bare(bool checks)
        {
            new BareMedallion(spec, folder.At(checks ? "bare-checked" : "bare"), checks).Run(days);
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
