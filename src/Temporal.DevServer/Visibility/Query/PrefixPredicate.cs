namespace Temporal.DevServer.Visibility.Query;

/// <summary>STARTS_WITH. The dev server's store ignores the case of ASCII letters here, and only here.</summary>
internal sealed class PrefixPredicate(Column<string> column, string prefix, bool negated) : Predicate
{
    /// <inheritdoc/>
    public override Truth Test(IndexedRun run) =>
        column.TryGet(run, out var value) ? Of(StartsWith(value) != negated) : Truth.Unknown;

    private bool StartsWith(string value)
    {
        if (value.Length < prefix.Length)
        {
            return false;
        }

        for (var i = 0; i < prefix.Length; i++)
        {
            if (value[i] != prefix[i] && (!char.IsAscii(value[i]) || !char.IsAscii(prefix[i]) || char.ToLowerInvariant(value[i]) != char.ToLowerInvariant(prefix[i])))
            {
                return false;
            }
        }

        return true;
    }
}
