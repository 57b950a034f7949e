using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Inputs;
using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Policies;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace Orchestrator.Activities.Steps;

/// <summary>
/// What a step that reads held partitions does, as their pipelines say: it waits, or reads what is published. A run publishes all or nothing, so what is held of a partition
/// holds all of it. The hold of a run that has ended holds nothing.
/// </summary>
internal sealed class HeldInputs(PipelineSpec spec, LakeRoot lake)
{
    /// <summary>Looks at what a dataset reads besides its own partition.</summary>
    /// <returns>What was held and is read as it is published, for people.</returns>
    /// <exception cref="ApplicationFailureException">Something is held whose readers wait; the details say what.</exception>
    public async Task<IReadOnlyList<string>> CheckAsync(Dataset dataset, PartitionKey partition, CancellationToken cancellationToken)
    {
        var waits = new List<HeldRead>();
        var notes = new List<string>();
        foreach (var (name, pipeline, policy, reads) in ReadsOf(dataset, partition))
        {
            foreach (var hold in (await lake.Holds.OpenAsync(pipeline, cancellationToken)).Where(h => reads(h.Partition)).DistinctBy(h => h.RunId))
            {
                if (!await RunLiveness.IsOpenAsync(ActivityExecutionContext.Current.TemporalClient, hold.WorkflowId, hold.RunId, cancellationToken))
                {
                    continue;
                }

                if (policy is HeldInput.Wait)
                {
                    waits.Add(new HeldRead(name, hold.Partition, hold.WorkflowId, hold.RunId));
                }
                else
                {
                    notes.Add($"'{dataset.Name}' read '{name}' as it was published last: {hold.WorkflowId} holds partition '{hold.Partition}'");
                }
            }
        }

        return waits.Count == 0 ? notes : throw new ApplicationFailureException(
            $"'{dataset.Name}' waits: {string.Join(", ", waits.Select(w => $"partition '{w.Partition}' of '{w.Input}' is held by {w.WorkflowId}"))}. Help: 'orchestrator holds' says what waits for a decision.",
            ErrorTypes.InputHeld,
            nonRetryable: true,
            details: [waits]);
    }

    private IEnumerable<(string Name, string Pipeline, HeldInput Policy, Func<string, bool> Reads)> ReadsOf(Dataset dataset, PartitionKey partition)
    {
        foreach (var (name, lookback) in dataset.Reads.Where(r => r.Value > 0).OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            var earlier = Earlier(partition, lookback);
            yield return (name, spec.Name, spec.Dataset(name).Quality.Consumers, earlier.Contains);
        }

        foreach (var name in dataset.Inputs.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var input = spec.Inputs[name];
            if (input.Partitions is PartitionSelection.Aligned)
            {
                var aligned = input.MappingTo(spec.Partitioning).Upstream(partition).Select(p => p.Value).ToHashSet(StringComparer.Ordinal);
                yield return (name, input.Pipeline, input.Held, aligned.Contains);
            }
            else if (input.Partitions is PartitionSelection.All)
            {
                yield return (name, input.Pipeline, input.Held, _ => true);
            }
        }
    }

    private HashSet<string> Earlier(PartitionKey partition, int lookback)
    {
        var earlier = new HashSet<string>(StringComparer.Ordinal);
        for (var back = 1; back <= lookback && spec.Partitioning.Calendar.TryAdd(partition, -back, out var key); back++)
        {
            earlier.Add(key.Value);
        }

        return earlier;
    }
}
