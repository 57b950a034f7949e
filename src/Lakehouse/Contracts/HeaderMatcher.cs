namespace Lakehouse.Contracts;

/// <summary>
/// Matches a file's header with the declared generations. Names must be equal to the letter; the order may differ, optional
/// columns may be absent, and nothing else may be there.
/// </summary>
public static class HeaderMatcher
{
    /// <summary>Finds the generation that fits; one that also has the declared order wins over one that does not.</summary>
    /// <param name="header">The fields of the file's header, in file order.</param>
    /// <param name="generations">The declared generations; at least one.</param>
    /// <param name="match">The match; null when none fits.</param>
    /// <param name="mismatch">The difference to the nearest generation; null when one fits.</param>
    public static bool TryMatch(
        IReadOnlyList<string> header,
        IReadOnlyList<HeaderGeneration> generations,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HeaderMatch? match,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out HeaderMismatch? mismatch)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(generations);
        ArgumentOutOfRangeException.ThrowIfZero(generations.Count);
        match = generations.Select(g => Fit(header, g)).OfType<HeaderMatch>().OrderBy(m => m.Reordered).FirstOrDefault();
        mismatch = match is not null ? null : generations.Select(g => Compare(header, g)).MinBy(Score)!;
        return match is not null;
    }

    /// <summary>Finds the generation that fits.</summary>
    /// <param name="header">The fields of the file's header, in file order.</param>
    /// <param name="generations">The declared generations; at least one.</param>
    /// <param name="file">The file for the error text.</param>
    /// <exception cref="LakehouseException">Code <c>contract.header_mismatch</c> with the difference to the nearest generation.</exception>
    public static HeaderMatch Match(IReadOnlyList<string> header, IReadOnlyList<HeaderGeneration> generations, string file) =>
        TryMatch(header, generations, out var match, out var mismatch)
            ? match
            : throw new LakehouseException("contract.header_mismatch", mismatch.Describe(file));

    private static HeaderMatch? Fit(IReadOnlyList<string> header, HeaderGeneration generation)
    {
        var byHeader = generation.Columns.ToDictionary(c => c.Header, StringComparer.Ordinal);
        if (header.Distinct(StringComparer.Ordinal).Count() < header.Count || !header.All(byHeader.ContainsKey))
        {
            return null;
        }

        var columns = header.Select(h => byHeader[h]).ToList();
        var absent = generation.Columns.Except(columns).ToList();
        return absent.All(c => c.Optional)
            ? new HeaderMatch(generation, columns, !columns.SequenceEqual(generation.Columns.Where(columns.Contains)), absent)
            : null;
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
