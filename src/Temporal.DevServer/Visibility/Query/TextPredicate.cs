namespace Temporal.DevServer.Visibility.Query;

/// <summary>
/// A Text contains one of the value's pieces, each a phrase of tokens: =, and negated !=. A row without the attribute does satisfy the
/// negated form.
/// </summary>
internal sealed class TextPredicate : Predicate
{
    private readonly string _attribute;
    private readonly bool _negated;
    private readonly string[][] _phrases;

    /// <summary>Cuts the value into pieces at blanks.</summary>
    public TextPredicate(string attribute, string value, bool negated)
    {
        _attribute = attribute;
        _negated = negated;
        _phrases = [.. Pieces(value).Select(SearchText.Tokens)];
    }

    /// <summary>The pieces of a value.</summary>
    public static string[] Pieces(string value) => value.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc/>
    public override Truth Test(IndexedRun run) =>
        Of((run.Attributes.TryGetValue(_attribute, out var stored) && stored is SearchText text && _phrases.Any(text.Contains)) != _negated);
}
