using Orchestrator.Activities.Planning;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Triggers;

/// <summary>Why a trigger did not start a run that a partition needs.</summary>
/// <param name="Partition">The partition; empty for all.</param>
/// <param name="By">Which trigger: <c>schedule</c>, <c>data</c>, or <c>pause</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When it would have run (UTC); null when no time is known.</param>
public sealed record NotStarted(string Partition, string By, string Reason, DateTimeOffset? At = null)
{
    /// <summary>What is known of partitions that need a run: what ticks have left out since their last one, what they wait for, and whether triggers rest.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="pipelines">Where the pipelines of its inputs are found.</param>
    /// <param name="lake">Where ledgers and records lie.</param>
    /// <param name="partitions">The partitions.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<NotStarted>> ReadAsync(PipelineSpec spec, PipelineFolder pipelines, LakeRoot lake, IReadOnlyCollection<string> partitions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(pipelines);
        ArgumentNullException.ThrowIfNull(lake);
        ArgumentNullException.ThrowIfNull(partitions);
        if (partitions.Count == 0 || (spec.Schedule is null && spec.Triggers.Data is null && spec.Triggers.Arrivals.Count == 0))
        {
            return [];
        }

        var store = new TriggerStore(lake.Store);
        var found = new List<NotStarted>();
        if (await store.PausedAsync(spec.Name, cancellationToken) is { } paused)
        {
            found.Add(new NotStarted("", "pause", paused.Reason, paused.At));
        }

        var left = await store.WhyNotAsync(spec.Name, cancellationToken);
        var ledger = left.Count > 0 ? (await LedgerIndex.ReadAsync(lake, spec.Name, cancellationToken)).Facts : new Dictionary<string, LedgerFact>();
        var condition = await DataCondition.ReadAsync(spec, pipelines.Find, lake, cancellationToken);
        foreach (var partition in partitions)
        {
            // What has run since is another matter.
            if (left.GetValueOrDefault(partition) is { } why && !(ledger.GetValueOrDefault(partition)?.StartedAt > why.At))
            {
                found.Add(new NotStarted(partition, why.By, why.Reason, why.At));
            }
            else if (condition is not null && spec.Partitioning.Calendar.TryParse(partition, out var key) && condition.Unmet(key) is { } waits)
            {
                found.Add(new NotStarted(partition, "data", $"waits for {waits}"));
            }
        }

        return found;
    }
}
