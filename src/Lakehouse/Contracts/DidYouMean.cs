namespace Lakehouse.Contracts;

/// <summary>Finds the known name that a mistyped one was probably meant to be.</summary>
public static class DidYouMean
{
    /// <summary>The nearest candidate, or null when none is near enough to be worth naming.</summary>
    /// <param name="name">The name that was written.</param>
    /// <param name="candidates">The names that exist.</param>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        var wanted = Normalise(name);
        return candidates
            .Select(c => (Name: c, Distance: Normalise(c) == wanted ? 0 : Distance(wanted, Normalise(c))))
            .Where(c => c.Distance <= Math.Max(1, Math.Min(wanted.Length, c.Name.Length) / 3))
            .OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal)
            .Select(c => c.Name)
            .FirstOrDefault();
    }

    /// <summary>The question that names the nearest candidate; null when none is near.</summary>
    /// <param name="name">The name that was written.</param>
    /// <param name="candidates">The names that exist.</param>
    public static string? Question(string name, IEnumerable<string> candidates) => Find(name, candidates) is { } near ? $"did you mean '{near}'?" : null;

    /// <summary>Letters and digits only, in lower case: <c>Province/State</c> and <c>Province_State</c> are the same name.</summary>
    /// <param name="name">The name.</param>
    public static string Normalise(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>Number of single-letter insertions, deletions, changes and swaps of neighbours that turn one text into the other.</summary>
    /// <param name="left">One text.</param>
    /// <param name="right">The other text.</param>
    public static int Distance(string left, string right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var (previous, current, beforeThat) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j <= right.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    current[j] = Math.Min(current[j], beforeThat[j - 2] + 1);
                }
            }

            (beforeThat, previous, current) = (previous, current, beforeThat);
        }

        return previous[right.Length];
    }
}
