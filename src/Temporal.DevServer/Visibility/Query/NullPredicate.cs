namespace Temporal.DevServer.Visibility.Query;

/// <summary>IS NULL, and with <see cref="Negated"/> IS NOT NULL.</summary>
internal sealed class NullPredicate(string attribute, Func<IndexedRun, bool> has, bool negated) : Predicate
{
    /// <summary>The attribute's name.</summary>
    public string Attribute => attribute;

    /// <summary>Rows with a value are meant.</summary>
    public bool Negated => negated;

    /// <inheritdoc/>
    public override Truth Test(IndexedRun run) => Of(has(run) == negated);
}
