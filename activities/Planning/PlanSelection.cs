using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Activities.Planning;

/// <summary>Which partitions a plan looks at, as people write them: <c>2020-03-01..2020-03-31,2020-04-02</c>; one end of a range may be left out.</summary>
public sealed class PlanSelection
{
    private readonly HashSet<PartitionKey> _single = [];
    private readonly List<(PartitionKey? From, PartitionKey? To)> _ranges = [];

    private PlanSelection(string text) => Text = text;

    /// <summary>All partitions.</summary>
    public static PlanSelection All { get; } = new("");

    /// <summary>The selection as it was written; empty for all.</summary>
    public string Text { get; }

    /// <summary>Partitions that are named one by one.</summary>
    public IReadOnlyCollection<PartitionKey> Named => _single;

    /// <summary>Reads a selection.</summary>
    /// <param name="text">Ranges and names, parted by commas; empty or null for all.</param>
    /// <param name="calendar">The pipeline's partitions.</param>
    /// <exception cref="FormatException">A part is no partition; the message names it and what was expected.</exception>
    public static PlanSelection Parse(string? text, PartitionCalendar calendar)
    {
        var selection = new PlanSelection(text?.Trim() ?? "");
        foreach (var part in selection.Text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split("..");
            if (ends.Length == 1)
            {
                selection._single.Add(Key(part, part, calendar));
            }
            else
            {
                PartitionKey? from = ends[0].Length == 0 ? null : Key(ends[0], part, calendar);
                PartitionKey? to = ends[1].Length == 0 ? null : Key(ends[1], part, calendar);
                if (ends.Length > 2 || (from is null && to is null) || from?.CompareTo(to ?? from.Value) > 0)
                {
                    throw new FormatException($"'{part}' is no range of partitions: expected FIRST..LAST, both included, the first not after the last.");
                }

                selection._ranges.Add((from, to));
            }
        }

        return selection;
    }

    /// <summary>Whether a partition is asked for.</summary>
    public bool Holds(PartitionKey partition) =>
        Text.Length == 0
        || _single.Contains(partition)
        || _ranges.Any(r => partition.IsBetween(r.From, r.To));

    private static PartitionKey Key(string text, string part, PartitionCalendar calendar) => calendar.TryParse(text, out var key)
        ? key
        : throw new FormatException($"'{text}' in '{part}' is not a partition: expected {calendar.Pattern}.");
}
