namespace Lakehouse.Contracts;

/// <summary>Pairs names that vanished with names that appeared: the same but for case and separators, nearly the same, or in the same place.</summary>
internal static class RenameFinder
{
    public static IReadOnlyList<RenameCandidate> Find(
        IReadOnlyList<string> declared,
        IReadOnlyList<string> seen,
        IReadOnlyList<string> missing,
        IReadOnlyList<string> unexpected)
    {
        var gone = missing.ToList();
        var fresh = unexpected.ToList();
        var found = new List<RenameCandidate>();

        Pair((d, s) => DidYouMean.Normalise(d) == DidYouMean.Normalise(s) && DidYouMean.Normalise(d).Length > 0, "only letter case, spaces or separators differ");
        Pair((d, s) => DidYouMean.Find(s, gone) == d, "nearly the same spelling");

        // A place says something only while both sides have as many columns and the neighbours are in place.
        if (declared.Count == seen.Count)
        {
            Pair((d, s) => IndexOf(declared, d) == IndexOf(seen, s) && Neighbours(IndexOf(declared, d)), RenameCandidate.InPlace);
        }

        return found;

        void Pair(Func<string, string, bool> same, string reason)
        {
            foreach (var d in gone.ToList())
            {
                if (fresh.FirstOrDefault(s => same(d, s)) is { } match)
                {
                    found.Add(new RenameCandidate(d, match, reason));
                    gone.Remove(d);
                    fresh.Remove(match);
                }
            }
        }

        bool Neighbours(int i) => (i == 0 || declared[i - 1] == seen[i - 1]) && (i == declared.Count - 1 || declared[i + 1] == seen[i + 1]);
    }

    private static int IndexOf(IReadOnlyList<string> names, string name) =>
        names.TakeWhile(n => !string.Equals(n, name, StringComparison.Ordinal)).Count();
}
