namespace Temporal.DevServer.Visibility.Query;

/// <summary>
/// A KeywordList contains one of the values: =, IN, and negated != and NOT IN. The dev server's store ignores case here, and a row without
/// the attribute does satisfy the negated forms.
/// </summary>
internal sealed class ListPredicate : Predicate
{
    private readonly HashSet<string> _values;

    /// <summary>Takes the given values.</summary>
    public ListPredicate(string attribute, IEnumerable<string> values, bool negated)
    {
        Attribute = attribute;
        Negated = negated;
        _values = values.Select(Fold).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The attribute's name.</summary>
    public string Attribute { get; }

    /// <summary>Rows without any of the values are meant.</summary>
    public bool Negated { get; }

    /// <summary>The values, folded.</summary>
    public IReadOnlyCollection<string> Values => _values;

    /// <summary>The form in which elements are compared.</summary>
    public static string Fold(string value) => value.ToLowerInvariant();

    /// <inheritdoc/>
    public override Truth Test(IndexedRun run) =>
        Of((run.Attributes.TryGetValue(Attribute, out var stored) && stored is string[] list && list.Any(item => _values.Contains(Fold(item)))) != Negated);
}
