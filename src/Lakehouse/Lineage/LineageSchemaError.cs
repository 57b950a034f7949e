namespace Lakehouse.Lineage;

/// <summary>One rule of the OpenLineage schemas that an event breaks.</summary>
/// <param name="Schema"><c>core</c>, or the file of a facet's schema.</param>
/// <param name="At">Where the facet sits, such as <c>outputs[0]</c>; empty for the core.</param>
/// <param name="Path">Path within what was checked, from <c>$</c>.</param>
/// <param name="Keyword">The broken keyword.</param>
/// <param name="Inner">For a choice of forms: path and keyword of what each form misses.</param>
public sealed record LineageSchemaError(string Schema, string At, string Path, string Keyword, IReadOnlyList<(string Path, string Keyword)> Inner)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Schema} {At} {Path} {Keyword}{(Inner.Count > 0 ? $" ({string.Join(", ", Inner.Select(i => $"{i.Path} {i.Keyword}"))})" : "")}";
}
