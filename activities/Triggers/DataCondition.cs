using System.Globalization;
using Orchestrator.Activities.Planning;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Inputs;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Triggers;

/// <summary>Whether the inputs that a partition needs have been published, from the ledgers of the pipelines that make them: each is read once, whatever the number of partitions.</summary>
public sealed class DataCondition
{
    private const int Named = 3;

    private readonly PipelineSpec _spec;
    private readonly IReadOnlyList<Upstream> _inputs;

    private DataCondition(PipelineSpec spec, IReadOnlyList<Upstream> inputs)
    {
        _spec = spec;
        _inputs = inputs;
    }

    /// <summary>Reads the ledgers of the inputs that are to start a pipeline; null when none is.</summary>
    /// <param name="spec">The pipeline.</param>
    /// <param name="find">Finds the pipeline of an input, for its calendar; null when it cannot be read.</param>
    /// <param name="lake">The lake with the ledgers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<DataCondition?> ReadAsync(PipelineSpec spec, Func<string, PipelineSpec?> find, LakeRoot lake, CancellationToken cancellationToken)
    {
        if (spec.Triggers.Data is not { } trigger)
        {
            return null;
        }

        var inputs = new List<Upstream>();
        foreach (var input in trigger.Inputs.Select(n => spec.Inputs[n]))
        {
            var ledger = await LedgerIndex.ReadAsync(lake, input.Pipeline, cancellationToken);
            var published = new SortedDictionary<PartitionKey, DateTimeOffset>();
            foreach (var fact in ledger.Facts.Values)
            {
                if (fact.PublishedAt is { } at && input.Partitioning.Calendar.TryParse(fact.Partition, out var key))
                {
                    published[key] = at;
                }
            }

            inputs.Add(new Upstream(input, input.MappingTo(spec.Partitioning), published, find(input.Pipeline)));
        }

        return new DataCondition(spec, inputs);
    }

    /// <summary>What a partition waits for; null when its condition is met.</summary>
    public string? Unmet(PartitionKey partition)
    {
        var waits = new List<string>();
        foreach (var input in _inputs)
        {
            var needed = input.Needed(partition);
            var missing = needed.Where(n => !input.Published.ContainsKey(n)).ToArray();
            var isMet = _spec.Triggers.Data!.All ? missing.Length == 0 && needed.Count > 0 : missing.Length < needed.Count;
            if (isMet && !_spec.Triggers.Data.All)
            {
                return null;
            }

            if (!isMet)
            {
                waits.Add(missing.Length == 0 ? $"any partition of {input.Input.Dataset}" : $"{input.Input.Dataset} of {Words(missing)}");
            }
        }

        return waits.Count == 0 ? null : string.Join(_spec.Triggers.Data!.All ? " and " : " or ", waits);
    }

    /// <summary>Identity of what is published of all that a partition needs.</summary>
    public string VersionsOf(PartitionKey partition) => string.Join(
        '\n',
        _inputs.SelectMany(i => i.Needed(partition).Where(i.Published.ContainsKey).Select(n => string.Create(CultureInfo.InvariantCulture, $"{i.Input.Name}/{n}={i.Published[n].UtcTicks}"))));

    private static string Words(PartitionKey[] missing) =>
        string.Join(", ", missing.Take(Named)) + (missing.Length > Named ? string.Create(CultureInfo.InvariantCulture, $" and {missing.Length - Named} more") : "");

    private sealed record Upstream(PipelineInput Input, PartitionMapping Mapping, SortedDictionary<PartitionKey, DateTimeOffset> Published, PipelineSpec? Maker)
    {
        /// <summary>The partitions that must be there: without days on which none is expected, and without what lies before the first one that ever was.</summary>
        public IReadOnlyList<PartitionKey> Needed(PartitionKey partition)
        {
            if (Input.Partitions != PartitionSelection.Aligned)
            {
                return Published.Count == 0 ? [] : [Published.Last().Key];
            }

            var aligned = Mapping.Upstream(partition);
            return [.. aligned.Where(k => Published.ContainsKey(k)
                || ((Maker?.Calendar?.Expects(Input.Partitioning.Calendar, k) ?? true)
                    && (Input.Lookback == 0 || Published.Count == 0 || k.CompareTo(Published.First().Key) >= 0)))];
        }
    }
}
