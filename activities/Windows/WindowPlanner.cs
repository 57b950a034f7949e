using Orchestrator.Activities.Contracts;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Policies;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Windows;

/// <summary>What a window knows of its pipeline, and what it sees when it looks at the sources.</summary>
internal sealed class WindowPlanner(PipelineSpec spec, LakeRoot lake)
{
    /// <summary>So many partitions are made again at once; a window that sees more looks again afterwards.</summary>
    private const int MostTouched = 1_000;

    private readonly WindowStore _windows = new(lake.Store);

    public async Task<WindowState> OpenAsync(WindowRequest request, CancellationToken cancellationToken)
    {
        if (!spec.Partitioning.Calendar.TryParse(request.Partition, out var partition))
        {
            throw new ApplicationFailureException(
                $"'{request.Partition}' is not a partition of pipeline '{spec.Name}': expected {spec.Partitioning.Calendar.Pattern}. Help: correct the window's partition.", ErrorTypes.NoInput, nonRetryable: true);
        }

        var lateness = LatenessOf(spec);
        var kept = await _windows.ReadAsync(spec.Name, request.Partition, cancellationToken);
        var until = kept?.Extensions.LastOrDefault()?.Until;
        return (kept ?? new WindowState { Pipeline = spec.Name, Partition = partition.Value }) with
        {
            Policy = new WindowPolicy
            {
                EndsAt = partition.End,
                CompleteAt = lateness.CompleteAt(partition),
                SealsAt = until ?? lateness.SealsAt(partition),
                Quiet = lateness.Quiet,
            },
            Pending = [],
        };
    }

    public async Task<WindowSurvey> SurveyAsync(WindowRequest request, ITemporalClient client, CancellationToken cancellationToken)
    {
        var found = await new ArrivalDiscovery(spec, lake).DiscoverAsync(cancellationToken);
        var files = found.Partitions.ToDictionary(p => p.Partition.Value, p => p.InputFingerprint, StringComparer.Ordinal);
        var waiting = await new OutdatedHolds(lake, client).EndAsync(spec.Name, p => files.GetValueOrDefault(p, ""), cancellationToken);
        var own = found.Partitions.FirstOrDefault(p => p.Partition.Value == request.Partition);
        return new WindowSurvey
        {
            Arrivals = own?.Arrivals ?? [],
            Touched = await TouchedAsync([.. found.Partitions.Where(p => p.IsTouched && !waiting.Contains(p.Partition.Value))], request, cancellationToken),
            Watermark = await Watermark.ReadAsync(spec, LatenessOf(spec), lake, cancellationToken),
        };
    }

    /// <summary>A partition that never ran is a window's matter only when its own was told of it: a pipeline may have thousands of them.</summary>
    private async Task<IReadOnlyList<string>> TouchedAsync(IReadOnlyList<PartitionArrivals> partitions, WindowRequest request, CancellationToken cancellationToken)
    {
        var told = partitions.Any(p => IsNew(p, request)) ? await _windows.PartitionsAsync(spec.Name, cancellationToken) : new HashSet<string>();
        var touched = new List<string>();
        foreach (var partition in partitions.OrderByDescending(p => p.Partition.Value == request.Partition))
        {
            if (!IsNew(partition, request)
                || (told.Contains(partition.Partition.Value) && await _windows.ReadAsync(spec.Name, partition.Partition.Value, cancellationToken) is { Pending.Count: > 0 }))
            {
                touched.Add(partition.Partition.Value);
            }

            if (touched.Count == MostTouched)
            {
                break;
            }
        }

        return touched;
    }

    private static bool IsNew(PartitionArrivals partition, WindowRequest request) =>
        partition.Partition.Value != request.Partition && partition.Reasons.Any(r => r.Kind == Planning.RunReasonKind.Missing);

    internal static Lateness LatenessOf(PipelineSpec spec) => spec.Lateness ?? throw new ApplicationFailureException(
        $"Pipeline '{spec.Name}' has no windows: its pipeline.yaml does not say how late data may come. Help: declare 'lateness', see docs/guides/late-data.md.", ErrorTypes.NoLateness, nonRetryable: true);
}
