using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Planning;

/// <summary>What runs make in each dataset: their own partitions, and the published later ones whose window they lie in.</summary>
internal sealed class RestateWindows(PipelineSpec spec, PlanSurvey survey)
{
    /// <summary>The partitions of each dataset that runs make, each once.</summary>
    /// <param name="runs">Partitions that run, in order.</param>
    public IReadOnlyList<PlannedDataset> Of(IReadOnlyList<PartitionKey> runs)
    {
        var running = runs.ToHashSet();
        var datasets = new List<PlannedDataset>(spec.Datasets.Count);
        IReadOnlyList<string>? own = null;
        foreach (var dataset in spec.Datasets)
        {
            var reach = spec.Graph.ReachOf(dataset.Name);
            var made = reach == 0 ? running : Made(runs, running, reach);
            var ranges = made.Count == running.Count ? own ??= Ranges([.. runs]) : Ranges([.. made.Order()]);
            datasets.Add(new PlannedDataset(dataset.Name, runs.Count, made.Count - runs.Count, ranges));
        }

        return datasets;
    }

    private HashSet<PartitionKey> Made(IReadOnlyList<PartitionKey> runs, HashSet<PartitionKey> running, int reach)
    {
        var made = new HashSet<PartitionKey>(running);
        foreach (var partition in runs)
        {
            foreach (var later in spec.Partitioning.From(partition, reach).Skip(1))
            {
                // What was never published reads the new rows anyway when its time comes.
                if (!made.Contains(later) && survey.Ledger.Facts.GetValueOrDefault(later.Value)?.PublishedAt is not null)
                {
                    made.Add(later);
                }
            }
        }

        return made;
    }

    /// <summary>Partitions in order, neighbours as one range.</summary>
    private List<string> Ranges(IReadOnlyList<PartitionKey> partitions)
    {
        var ranges = new List<string>();
        for (var i = 0; i < partitions.Count;)
        {
            var last = i;
            while (last + 1 < partitions.Count && IsNext(partitions[last], partitions[last + 1]))
            {
                last++;
            }

            ranges.Add(last == i ? partitions[i].Value : $"{partitions[i].Value}..{partitions[last].Value}");
            i = last + 1;
        }

        return ranges;
    }

    private bool IsNext(PartitionKey earlier, PartitionKey later) =>
        spec.Partitioning.Unit.HasTime() ? earlier.End == later.Start : spec.Partitioning.Calendar.TryAdd(earlier, 1, out var next) && next == later;
}
