using System.Globalization;

namespace Lakehouse.Simulation;

/// <summary>One row of the simulated table, which is partitioned by <see cref="Part"/>.</summary>
public readonly record struct Row(long Key, string Part, long Value) : IComparable<Row>
{
    public static Row Parse(string line) => line.Split(',') switch
    {
        [var key, var part, var value] => new(long.Parse(key, CultureInfo.InvariantCulture), part, long.Parse(value, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"'{line}' is not a row."),
    };

    public int CompareTo(Row other) => (string.CompareOrdinal(Part, other.Part), Key.CompareTo(other.Key)) switch
    {
        (not 0 and var byPart, _) => byPart,
        (_, not 0 and var byKey) => byKey,
        _ => Value.CompareTo(other.Value),
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key},{Part},{Value}");
}
