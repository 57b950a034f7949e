namespace Lakehouse.Lineage;

/// <summary>What one value in the middle of a plan depends on. Knows the fields of a struct apart for as long as they are packed in sight.</summary>
internal sealed class ColumnSources
{
    public static readonly ColumnSources None = new([]);

    private readonly Dictionary<(string Table, string Column, TransformationKind Kind), bool> _edges;

    private ColumnSources(Dictionary<(string, string, TransformationKind), bool> edges) => _edges = edges;

    /// <summary>Sources of the fields, for a struct made in the query; null otherwise.</summary>
    public IReadOnlyDictionary<string, ColumnSources>? Fields { get; private init; }

    /// <summary>
    /// True for a column of an outer query within a correlated subquery. The engine joins and groups by such columns to take the subquery apart; the query
    /// does not say that, so these joins and groups are not counted.
    /// </summary>
    public bool IsCorrelated { get; private init; }

    public IEnumerable<LineageEdge> Edges => _edges
        .Select(e => new LineageEdge(e.Key.Table, e.Key.Column, e.Key.Kind, e.Value))
        .OrderBy(e => e.Table, StringComparer.Ordinal).ThenBy(e => e.Column, StringComparer.Ordinal).ThenBy(e => e.Kind);

    public static ColumnSources Of(string table, string column) => new(new() { [(table, column, TransformationKind.Identity)] = false });

    public ColumnSources Correlated() => new(_edges) { Fields = Fields, IsCorrelated = true };

    public static ColumnSources Struct(IReadOnlyDictionary<string, ColumnSources> fields)
    {
        var all = Union(fields.Values).As(TransformationKind.Transformation);
        return new ColumnSources(all._edges) { Fields = fields };
    }

    public static ColumnSources Union(IEnumerable<ColumnSources> sources)
    {
        var given = sources.ToList();
        if (given.Count == 1)
        {
            return given[0];
        }

        var edges = new Dictionary<(string, string, TransformationKind), bool>();
        foreach (var (key, masking) in given.SelectMany(s => s._edges))
        {
            // Masked only if it is masked on every way.
            edges[key] = edges.TryGetValue(key, out var seen) ? seen && masking : masking;
        }

        return new ColumnSources(edges);
    }

    /// <summary>The same sources, seen through something more: a direct edge becomes at least of that kind when it is direct too, and that kind when it is not.</summary>
    public ColumnSources As(TransformationKind kind, bool masking = false)
    {
        var indirect = kind > TransformationKind.Aggregation;
        var edges = new Dictionary<(string, string, TransformationKind), bool>();
        foreach (var ((table, column, was), masked) in _edges)
        {
            var now = was > TransformationKind.Aggregation ? was : indirect || kind > was ? kind : was;
            var key = (table, column, now);
            var value = !indirect && now <= TransformationKind.Aggregation && (masked || masking);
            edges[key] = edges.TryGetValue(key, out var seen) ? seen && value : value;
        }

        return new ColumnSources(edges);
    }

    public bool SameAs(ColumnSources other) => _edges.Count == other._edges.Count && _edges.All(e => other._edges.TryGetValue(e.Key, out var masking) && masking == e.Value);
}
