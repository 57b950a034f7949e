using Lakehouse.Yaml;

namespace Lakehouse.Contracts.Schema;

/// <summary>One keyword of a schema that a node breaks.</summary>
/// <param name="Path">Path of the node, such as <c>$.schema[0].quality[1]</c>.</param>
/// <param name="Keyword">The schema keyword.</param>
/// <param name="Node">The node.</param>
/// <param name="Schema">The schema that holds the keyword.</param>
/// <param name="Names">The keys concerned: missing ones for <c>required</c>, extra ones for <c>…Properties</c>.</param>
/// <param name="Branches">For <c>oneOf</c> and <c>anyOf</c>: what each branch found.</param>
internal sealed record SchemaViolation(
    string Path,
    string Keyword,
    YamlValue Node,
    SchemaNode Schema,
    IReadOnlyList<string> Names,
    IReadOnlyList<IReadOnlyList<SchemaViolation>> Branches);
