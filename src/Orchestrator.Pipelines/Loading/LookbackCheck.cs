using Orchestrator.Pipelines.Partitions;
using Orchestrator.Pipelines.Yaml;

namespace Orchestrator.Pipelines.Loading;

/// <summary>Earlier partitions are those of an order: of time, or of a list.</summary>
internal static class LookbackCheck
{
    /// <summary>Reports a look back where no partition comes before another, or where the names of a list tell another order than the list.</summary>
    /// <param name="errors">Takes what is found.</param>
    /// <param name="lookback">The number of partitions.</param>
    /// <param name="partitioning">The partitions that are looked back over; null after an error.</param>
    public static void Check(ErrorList errors, SpecNode lookback, Partitioning? partitioning)
    {
        if (lookback.Integer is not > 0 || partitioning is null)
        {
            return;
        }

        if (partitioning.Unit is PartitionUnit.Static or PartitionUnit.File)
        {
            errors.Add(lookback.Place, $"no partition of unit '{Words.Of(partitioning.Unit)}' comes before another", "0, or no lookback", lookback.Integer.ToString(), "remove the key.");
        }

        // What a table holds is chosen by the names of its partitions, from the first to the last.
        var values = partitioning.Calendar.Values;
        if (partitioning.Unit == PartitionUnit.List && !values.SequenceEqual(values.Order(StringComparer.Ordinal)))
        {
            errors.Add(lookback.Place, "a look back over a list needs names in ascending order", string.Join(", ", values.Order(StringComparer.Ordinal)), string.Join(", ", values), "give them names that sort as they follow each other, such as '1_north', '2_south'.");
        }
    }
}
