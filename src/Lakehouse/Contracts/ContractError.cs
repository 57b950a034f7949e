namespace Lakehouse.Contracts;

/// <summary>One thing that is wrong in a contract file.</summary>
/// <param name="File">The file as it was named to the parser.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Path">Path in the document, such as <c>$.schema[0].properties[1].required</c>.</param>
/// <param name="Rule">
/// The broken keyword of the standard's schema (<c>required</c>, <c>enum</c>, <c>unevaluatedProperties</c>, …), <c>yaml</c> for text
/// that is no YAML, or <c>contract/…</c> for a rule that this product adds to the standard.
/// </param>
/// <param name="Expected">What should be there.</param>
/// <param name="Seen">What is there.</param>
/// <param name="Help">What to do about it; null when the rest says it all.</param>
public sealed record ContractError(string File, int Line, int Column, string Path, string Rule, string Expected, string Seen, string? Help)
{
    /// <summary>The error as one text: place, path, expected, seen and, on a line of its own, help.</summary>
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {Path}: expected {Expected}, seen {Seen}." + (Help is null ? "" : $"{Environment.NewLine}  Help: {Help}");
}
