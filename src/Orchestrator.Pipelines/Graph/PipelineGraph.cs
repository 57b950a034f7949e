using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Pipelines.Graph;

/// <summary>What reads what within a pipeline, taken from the models' own SQL. Free of cycles.</summary>
public sealed class PipelineGraph
{
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> _reads;
    private readonly Dictionary<string, int> _levels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _reach = new(StringComparer.Ordinal);

    /// <summary>Creates a graph.</summary>
    /// <param name="reads">For every dataset, what it reads with the number of earlier partitions; every name has an entry of its own and nothing reads itself, not even through others.</param>
    /// <param name="refersTo">
    /// For datasets whose contract refers to others, which ones: they come first, so that what refers to nothing is found in the same run. Default: none. Where reading asks for the
    /// other order, reading wins.
    /// </param>
    /// <exception cref="ArgumentException">A name without entry, or a cycle.</exception>
    public PipelineGraph(IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> reads, ILookup<string, string>? refersTo = null)
    {
        _reads = reads;
        var left = reads.Keys.Order(StringComparer.Ordinal).ToList();
        var levels = new List<IReadOnlyList<string>>();
        while (left.Count > 0)
        {
            var readable = left.Where(d => reads[d].Keys.All(_levels.ContainsKey)).ToList();
            var ready = readable.Where(d => refersTo?[d].All(r => r == d || _levels.ContainsKey(r) || Upwards(r).Contains(d)) ?? true).ToList();
            ready = ready.Count > 0 ? ready : readable;
            if (ready.Count == 0)
            {
                throw new ArgumentException($"Datasets {string.Join(", ", left)} read each other or a name that is no dataset.", nameof(reads));
            }

            ready.ForEach(d => _levels[d] = levels.Count);
            levels.Add(ready);
            left = [.. left.Except(ready, StringComparer.Ordinal)];
        }

        Levels = levels;
        foreach (var dataset in levels.SelectMany(level => level))
        {
            _reach[dataset] = reads[dataset].Select(upstream => _reach[upstream.Key] + upstream.Value).DefaultIfEmpty(0).Max();
        }
    }

    /// <summary>The datasets by level, each level by name. What is on one level can run at the same time.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Levels { get; }

    /// <summary>The level of a dataset, from 0.</summary>
    /// <exception cref="KeyNotFoundException">No such dataset.</exception>
    public int LevelOf(string dataset) => _levels[dataset];

    /// <summary>How many partitions behind a changed one a dataset depends on it: its lookback and those of all that lies between.</summary>
    /// <exception cref="KeyNotFoundException">No such dataset.</exception>
    public int ReachOf(string dataset) => _reach[dataset];

    /// <summary>The greatest reach of all datasets: how many partitions behind a changed one depend on it in some way. 0 for no datasets.</summary>
    public int Reach => _reach.Values.DefaultIfEmpty(0).Max();

    /// <summary>What a dataset reads, with the number of earlier partitions.</summary>
    /// <exception cref="KeyNotFoundException">No such dataset.</exception>
    public IReadOnlyDictionary<string, int> Upstream(string dataset) => _reads[dataset];

    /// <summary>The datasets that read a dataset directly, by level and name.</summary>
    public IReadOnlyList<string> Dependents(string dataset) =>
        [.. Levels.SelectMany(level => level).Where(d => _reads[d].ContainsKey(dataset))];

    /// <summary>
    /// What has to be made again when one partition of a dataset changed: a reader that looks back n partitions is touched from the changed
    /// partition to the n-th after it, and so on downstream. By level and name; the changed dataset itself is not in it.
    /// </summary>
    /// <param name="dataset">The dataset that changed.</param>
    /// <param name="changed">Its changed partition.</param>
    /// <param name="partitioning">The pipeline's partitioning; partitions outside its bounds are left out.</param>
    public IReadOnlyList<RestatedPartitions> Restate(string dataset, PartitionKey changed, Partitioning partitioning)
    {
        var reach = new Dictionary<string, int>(StringComparer.Ordinal) { [dataset] = 0 };
        foreach (var reader in Levels.SelectMany(level => level).Where(d => d != dataset))
        {
            foreach (var (upstream, lookback) in _reads[reader])
            {
                if (reach.TryGetValue(upstream, out var steps))
                {
                    reach[reader] = Math.Max(reach.GetValueOrDefault(reader), steps + lookback);
                }
            }
        }

        return
        [
            .. reach.Where(r => r.Key != dataset)
                .OrderBy(r => _levels[r.Key]).ThenBy(r => r.Key, StringComparer.Ordinal)
                .Select(r => new RestatedPartitions(r.Key, [.. partitioning.From(changed, r.Value)])),
        ];
    }

    /// <summary>What a dataset reads, and what that reads. A cycle is not followed twice.</summary>
    private HashSet<string> Upwards(string dataset)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>([dataset]);
        while (next.TryPop(out var reader))
        {
            foreach (var upstream in _reads[reader].Keys.Where(found.Add))
            {
                next.Push(upstream);
            }
        }

        return found;
    }
}
