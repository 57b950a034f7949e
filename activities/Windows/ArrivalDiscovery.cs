using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Sources;

namespace Orchestrator.Activities.Windows;

/// <summary>Finds source objects that are new, changed or gone by what the ledger knows of each partition's last run. Reads only; an object that has not moved is not read.</summary>
/// <param name="spec">The pipeline.</param>
/// <param name="lake">The lake with the ledger.</param>
public sealed class ArrivalDiscovery(PipelineSpec spec, LakeRoot lake)
{
    /// <summary>Looks through all sources.</summary>
    public async Task<DiscoveredArrivals> DiscoverAsync(CancellationToken cancellationToken)
    {
        var survey = await new PartitionPlanner(spec, lake, lake.Time).SurveyAsync(readAll: false, cancellationToken);
        var now = lake.Time.GetUtcNow();
        var partitions = new SortedDictionary<PartitionKey, PartitionArrivals>();
        foreach (var state in survey.States)
        {
            var fingerprint = ReferenceEquals(state.Inputs, state.Last?.Inputs) ? state.InputFingerprint : SourceScan.Fingerprint(state.Inputs);
            partitions[state.Partition] = new PartitionArrivals(state.Partition, Arrivals(state.Inputs, state.Gone, state.Last, now), fingerprint) { Reasons = state.Reasons };
        }

        // A partition of which nothing is left is no state: only the ledger still knows it.
        foreach (var fact in survey.Ledger.Facts.Values.Where(f => f.Inputs.Count > 0))
        {
            if (spec.Partitioning.Calendar.TryParse(fact.Partition, out var key) && !partitions.ContainsKey(key))
            {
                partitions[key] = new PartitionArrivals(key, Arrivals([], [], fact, now), "");
            }
        }

        return new DiscoveredArrivals([.. partitions.Values], survey.Ignored);
    }

    private static IReadOnlyList<Arrival> Arrivals(IReadOnlyList<SourceFile> inputs, IReadOnlyList<SourceFile> gone, LedgerFact? last, DateTimeOffset at)
    {
        if (last is not null && ReferenceEquals(inputs, last.Inputs) && gone.Count == 0)
        {
            return [];
        }

        var before = (last?.Inputs ?? []).DistinctBy(InputReasons.Key).ToDictionary(InputReasons.Key, StringComparer.Ordinal);
        var arrivals = new List<Arrival>();
        foreach (var file in inputs.Except(gone))
        {
            var known = before.GetValueOrDefault(InputReasons.Key(file));
            before.Remove(InputReasons.Key(file));
            if (known?.Sha256 != file.Sha256)
            {
                var kind = known is null ? ArrivalKind.New : InputReasons.SaysTheSame(known, file) ? ArrivalKind.Equal : ArrivalKind.Changed;
                arrivals.Add(new Arrival { Uri = file.Uri, Kind = kind, Sha256 = file.Sha256, ArrivedAt = at });
            }
        }

        // Rows of a run that failed were never published: nothing of theirs can go.
        arrivals.AddRange(last is { PublishedAt: not null } ? before.Values.Select(f => new Arrival { Uri = f.Uri, Kind = ArrivalKind.Gone, Sha256 = f.Sha256, ArrivedAt = at }) : []);
        return arrivals;
    }
}

/// <summary>What a look through a pipeline's sources found.</summary>
/// <param name="Partitions">Every partition with files, or with a run that had some, in order.</param>
/// <param name="Ignored">Files that belong to no partition.</param>
public sealed record DiscoveredArrivals(IReadOnlyList<PartitionArrivals> Partitions, IReadOnlyList<IgnoredFile> Ignored);

/// <summary>What differs in the files of one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Arrivals">What differs from its last run; empty when nothing does.</param>
/// <param name="InputFingerprint">Fingerprint of its files; empty when there are none.</param>
public sealed record PartitionArrivals(PartitionKey Partition, IReadOnlyList<Arrival> Arrivals, string InputFingerprint)
{
    /// <summary>Why it needs a run.</summary>
    public IReadOnlyList<RunReason> Reasons { get; init; } = [];

    /// <summary>Whether a run would read something that the last one did not.</summary>
    public bool IsTouched => Reasons.Any(r => r.Kind is RunReasonKind.Missing or RunReasonKind.InputsChanged);
}
