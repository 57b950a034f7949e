namespace Lakehouse.Quality.Drift;

/// <summary>What a column's values look like, as numbers: enough to tell later whether they still mean the same. Holds no value.</summary>
public sealed record ColumnProfile
{
    /// <summary>The column.</summary>
    public required string Name { get; init; }

    /// <summary>SQL type.</summary>
    public required string Type { get; init; }

    /// <summary>Values that are not null, in the sample.</summary>
    public required long Values { get; init; }

    /// <summary>Shares of the values, 0 to 1, that are written in a certain way, by the way's name.</summary>
    public required IReadOnlyDictionary<string, double> Forms { get; init; }

    /// <summary>Median of those that are numbers; null when fewer than nine in ten are.</summary>
    public double? Median { get; init; }

    /// <summary>Least and greatest number of characters.</summary>
    public (long Least, long Greatest) Length { get; init; }

    /// <summary>The smallest hashes of the distinct values: two columns' hashes tell how many values they share.</summary>
    public required IReadOnlyList<ulong> Sketch { get; init; }

    /// <summary>Share of common values among all values of both columns, estimated; 0 to 1.</summary>
    public double Similarity(ColumnProfile other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (own, theirs) = (Sketch.ToHashSet(), other.Sketch.ToHashSet());
        var smallest = own.Union(theirs).Order().Take(TableProfile.SketchSize).ToList();
        return smallest.Count == 0 ? 0 : (double)smallest.Count(h => own.Contains(h) && theirs.Contains(h)) / smallest.Count;
    }
}
