namespace Lakehouse.Contracts;

/// <summary>
/// Matches a file's header with the declared generations. Names must be equal to the letter; the order may differ, optional
/// columns may be absent, and nothing else may be there unless the contract discards it.
/// </summary>
public static class HeaderMatcher
{
    /// <summary>Finds the generation that fits; one that also has the declared order wins over one that does not.</summary>
    /// <param name="header">The fields of the file's header, in file order.</param>
    /// <param name="generations">The declared generations; at least one.</param>
    /// <param name="match">The match; null when none fits.</param>
    /// <param name="mismatch">The difference to the nearest generation; null when one fits.</param>
    /// <param name="evolution">What becomes of fields that no generation has. Default: the file is refused.</param>
    public static bool TryMatch(
        IReadOnlyList<string> header,
        IReadOnlyList<HeaderGeneration> generations,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HeaderMatch? match,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out HeaderMismatch? mismatch,
        SchemaEvolution evolution = SchemaEvolution.Freeze)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(generations);
        ArgumentOutOfRangeException.ThrowIfZero(generations.Count);
        match = generations.Select(g => Fit(header, g, evolution)).OfType<HeaderMatch>().OrderBy(m => m.Discarded.Count).ThenBy(m => m.Reordered).FirstOrDefault();
        mismatch = match is not null ? null : generations.Select(g => Compare(header, g)).MinBy(Score)!;
        return match is not null;
    }

    /// <summary>Finds the generation that fits.</summary>
    /// <param name="header">The fields of the file's header, in file order.</param>
    /// <param name="generations">The declared generations; at least one.</param>
    /// <param name="file">The file for the error text.</param>
    /// <param name="evolution">What becomes of fields that no generation has. Default: the file is refused.</param>
    /// <param name="isSchema">True where the names are those of a file's schema. Default: false, they are the first line of a text.</param>
    /// <exception cref="LakehouseException">Code <c>contract.header_mismatch</c> with the difference to the nearest generation.</exception>
    public static HeaderMatch Match(IReadOnlyList<string> header, IReadOnlyList<HeaderGeneration> generations, string file, SchemaEvolution evolution = SchemaEvolution.Freeze, bool isSchema = false) =>
        TryMatch(header, generations, out var match, out var mismatch, evolution)
            ? match
            : throw new LakehouseException("contract.header_mismatch", mismatch.Describe(file, isSchema));

    private static HeaderMatch? Fit(IReadOnlyList<string> header, HeaderGeneration generation, SchemaEvolution evolution)
    {
        var byHeader = generation.Columns.ToDictionary(c => c.Header, StringComparer.Ordinal);
        var columns = header.Select(byHeader.GetValueOrDefault).ToList();
        var mapped = columns.OfType<HeaderColumn>().ToList();
        var discarded = header.Where(h => !byHeader.ContainsKey(h)).ToList();
        var absent = generation.Columns.Except(mapped).ToList();
        if (mapped.Distinct().Count() < mapped.Count || absent.Any(c => !c.Optional) || (discarded.Count > 0 && evolution is SchemaEvolution.Freeze))
        {
            return null;
        }

        // A column that came under another name would be lost twice over: its values discarded, its column empty.
        return discarded.Count > 0 && RenameFinder.Find([.. generation.Columns.Select(c => c.Header)], header, [.. absent.Select(c => c.Header)], discarded).Count > 0
            ? null
            : new HeaderMatch(generation, columns, !mapped.SequenceEqual(generation.Columns.Where(mapped.Contains)), absent, discarded);
    }

    private static HeaderMismatch Compare(IReadOnlyList<string> header, HeaderGeneration generation)
    {
        var declared = generation.Columns.Select(c => c.Header).ToHashSet(StringComparer.Ordinal);
        var missing = generation.Columns.Where(c => !header.Contains(c.Header, StringComparer.Ordinal)).ToList();
        var unexpected = header.Where(h => !declared.Contains(h)).Distinct(StringComparer.Ordinal).ToList();
        var renamed = RenameFinder.Find(
            [.. generation.Columns.Select(c => c.Header)],
            header,
            [.. missing.Select(c => c.Header)],
            unexpected);
        var taken = renamed.Select(r => r.Declared).ToHashSet(StringComparer.Ordinal);
        return new HeaderMismatch(
            generation,
            header,
            [.. missing.Where(c => !c.Optional && !taken.Contains(c.Header))],
            [.. unexpected.Except(renamed.Select(r => r.Seen), StringComparer.Ordinal)],
            renamed,
            [.. header.GroupBy(h => h, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key)]);
    }

    private static int Score(HeaderMismatch m) => (2 * m.Missing.Count) + (2 * m.Unexpected.Count) + m.Renamed.Count + m.Repeated.Count;
}
