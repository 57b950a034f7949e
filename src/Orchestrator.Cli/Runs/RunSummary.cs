using Lakehouse;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Cli.Settings;

namespace Orchestrator.Cli.Runs;

/// <summary>What a <c>run</c> did, the document behind both the text and <c>--json</c>.</summary>
internal sealed record RunSummary
{
    public required string Pipeline { get; init; }

    public required int Done { get; init; }

    public required int Skipped { get; init; }

    public required int Failed { get; init; }

    public required int Held { get; init; }

    public required IReadOnlyList<DatasetTotals> Datasets { get; init; }

    public required IReadOnlyList<PartitionFailure> Failures { get; init; }

    public required IReadOnlyList<PartitionFailure> Holds { get; init; }

    /// <summary>What readers of the partitions should know; null when there is nothing.</summary>
    public IReadOnlyList<PartitionFailure>? Notes { get; init; }

    /// <summary>Rules that published rows break, or that could not be evaluated, by dataset; null when there are none.</summary>
    public IReadOnlyList<RuleWarning>? Warnings { get; init; }

    public required GoldSample? Sample { get; init; }

    public required string Lake { get; init; }

    public required double ElapsedSeconds { get; init; }

    public required string? ShowCommand { get; init; }

    public static async Task<RunSummary> MakeAsync(RunBatch batch, LocalSettings settings, TimeSpan elapsed, string? address, CancellationToken cancellationToken)
    {
        var outcomes = batch.Outcomes;
        var published = outcomes.Where(o => o.Result is { Status: RunStatus.Published }).ToArray();
        var lake = new LakeRoot(settings.Lake);
        var datasets = new List<DatasetTotals>();
        foreach (var dataset in batch.Spec.Datasets)
        {
            var results = published.SelectMany(o => o.Result!.Datasets).Where(d => d.Dataset == dataset.Name).ToArray();
            datasets.Add(DatasetTotals.Of(dataset.Name, await lake.VersionAsync(dataset.Name, cancellationToken), results));
        }

        var shown = outcomes.FirstOrDefault(o => o is { IsGood: false, RunId.Length: > 0 }) ?? published.LastOrDefault();
        return new RunSummary
        {
            Pipeline = batch.Spec.Name,
            Done = published.Length,
            Skipped = batch.UpToDate + outcomes.Count(o => o.Result is { Status: RunStatus.Skipped }),
            Failed = outcomes.Count(o => o is { IsGood: false, IsHeld: false }),
            Held = outcomes.Count(o => o.IsHeld),
            Datasets = datasets,
            Failures = [.. outcomes.Where(o => o is { IsGood: false, IsHeld: false }).Select(o => new PartitionFailure(o.Partition, o.WorkflowId, o.RunId, o.Failure ?? o.Result?.Reason ?? ""))],
            Holds = [.. outcomes.Where(o => o.IsHeld).Select(o => new PartitionFailure(o.Partition, o.WorkflowId, o.RunId, o.Failure!))],
            Notes = published.SelectMany(o => (o.Result!.Notes ?? []).Select(n => new PartitionFailure(o.Partition, o.WorkflowId, o.RunId, n))).ToArray() is { Length: > 0 } notes ? notes : null,
            Warnings = RuleWarning.Of(published) is { Count: > 0 } warnings ? warnings : null,
            Sample = await GoldSample.ReadAsync(batch.Spec, lake, cancellationToken),
            Lake = settings.Lake,
            ElapsedSeconds = Math.Round(elapsed.TotalSeconds, 2),
            ShowCommand = shown is null || address is null ? null : $"temporal workflow show --workflow-id {shown.WorkflowId} --address {address}",
        };
    }
}

/// <summary>One table after the batch, with where the batch's rows went: <c>read = published + quarantined + dropped</c>.</summary>
internal sealed record DatasetTotals(string Dataset, long? Version, long Read, long Published, long Quarantined, IReadOnlyDictionary<string, long> Dropped)
{
    public static DatasetTotals Of(string dataset, long? version, IReadOnlyList<DatasetResult> results) => new(
        dataset,
        version,
        results.Sum(r => r.Counts.Read),
        results.Sum(r => r.Counts.Published),
        results.Sum(r => r.Counts.Quarantined),
        results.SelectMany(r => r.Counts.Dropped).GroupBy(d => d.Key).ToDictionary(g => g.Key, g => g.Sum(d => d.Value), StringComparer.Ordinal));
}

/// <summary>One partition of which there is something to say, and the run that says it.</summary>
internal sealed record PartitionFailure(string Partition, string WorkflowId, string RunId, string Reason);
