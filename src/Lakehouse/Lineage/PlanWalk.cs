using System.Text.Json;

namespace Lakehouse.Lineage;

/// <summary>
/// Follows columns through the engine's bound, unoptimised plan (<c>json_serialize_plan</c>), from the tables up. Each operator hands up a list of columns
/// in the order that the expressions above count them. The form of the plan belongs to the pinned engine version; what is not known ends the walk.
/// </summary>
internal sealed class PlanWalk
{
    private readonly PlanExpressions _expressions = new();
    private readonly Dictionary<long, IReadOnlyList<ColumnSources>> _commonTables = [];
    private readonly Stack<IReadOnlyList<ColumnSources>> _duplicateEliminated = new();
    private readonly List<ColumnSources> _rows = [];

    /// <summary>Tables that were met.</summary>
    public HashSet<string> Tables { get; } = new(StringComparer.Ordinal);

    /// <summary>What decides which rows there are.</summary>
    public IEnumerable<LineageEdge> Rows => ColumnSources.Union(_rows).Edges;

    public IReadOnlyList<ColumnSources> Walk(JsonElement node) => PlanJson.Text(node, "type") switch
    {
        "LOGICAL_MATERIALIZED_CTE" => CommonTable(node),
        "LOGICAL_RECURSIVE_CTE" => Recursive(node),
        "LOGICAL_CTE_REF" => _commonTables.TryGetValue(PlanJson.Number(node, "cte_index"), out var columns)
            ? columns
            : throw new PlanNotReadException("a common table that is defined elsewhere"),
        "LOGICAL_DELIM_GET" => DuplicateEliminated(node),
        "LOGICAL_COMPARISON_JOIN" or "LOGICAL_DELIM_JOIN" or "LOGICAL_ANY_JOIN" or "LOGICAL_ASOF_JOIN" or "LOGICAL_CROSS_PRODUCT" or "LOGICAL_POSITIONAL_JOIN" => Join(node),
        "LOGICAL_EXCEPT" or "LOGICAL_INTERSECT" or "LOGICAL_UNION" => SetOperation(node),
        "LOGICAL_GET" => Get(node),
        "LOGICAL_DUMMY_SCAN" => [ColumnSources.None],
        "LOGICAL_EXPRESSION_GET" => ExpressionRows(node),
        "LOGICAL_CHUNK_GET" => [.. PlanJson.Items(node, "chunk_types").Select(_ => ColumnSources.None)],
        "LOGICAL_EMPTY_RESULT" => [.. PlanJson.Items(node, "return_types").Select(_ => ColumnSources.None)],
        _ => OneInput(node),
    };

    private IReadOnlyList<ColumnSources> OneInput(JsonElement node)
    {
        var input = PlanJson.Items(node, "children").ToList() is [var child] ? Walk(child) : [];
        var expressions = PlanJson.Items(node, "expressions");
        switch (PlanJson.Text(node, "type"))
        {
            case "LOGICAL_PROJECTION":
                return Bound(node, "table_index", [.. expressions.Select(e => _expressions.Of(e, input))]);
            case "LOGICAL_AGGREGATE_AND_GROUP_BY":
                return Aggregate(node, input);
            case "LOGICAL_WINDOW":
                return [.. input, .. expressions.Select(e => _expressions.Of(e, input))];
            case "LOGICAL_UNNEST":
                return [.. input, .. expressions.Select(e => _expressions.Of(e, input))];
            case "LOGICAL_FILTER":
                _rows.Add(_expressions.OfAll(expressions, input).As(TransformationKind.Filter));
                return Projected(node, "projection_map", input);
            case "LOGICAL_DISTINCT":
                _rows.Add(_expressions.OfAll(PlanJson.Items(node, "distinct_targets"), input).As(TransformationKind.GroupBy));
                _rows.Add(_expressions.Orders(node, "order_by", input).As(TransformationKind.Sort));
                return input;
            case "LOGICAL_ORDER_BY" or "LOGICAL_TOP_N":
                _rows.Add(_expressions.Orders(node, "orders", input).As(TransformationKind.Sort));
                return Projected(node, "projection_map", input);
            case "LOGICAL_LIMIT":
                _rows.Add(Limit(node, "limit_val", input));
                _rows.Add(Limit(node, "offset_val", input));
                return input;
            case "LOGICAL_SAMPLE":
                return input;
            case var other:
                throw new PlanNotReadException($"the operator {other}");
        }
    }

    private ColumnSources Limit(JsonElement node, string name, IReadOnlyList<ColumnSources> input) =>
        node.TryGetProperty(name, out var value) && value.TryGetProperty("expression", out var expression)
            ? _expressions.Of(expression, input).As(TransformationKind.Filter)
            : ColumnSources.None;

    private IReadOnlyList<ColumnSources> Aggregate(JsonElement node, IReadOnlyList<ColumnSources> input)
    {
        var groups = PlanJson.Items(node, "groups").Select(g => _expressions.Of(g, input)).ToList();
        _rows.Add(ColumnSources.Union(groups.Where(g => !g.IsCorrelated)).As(TransformationKind.GroupBy));

        // The engine's own aggregate around a scalar subquery takes its only row.
        var isSubquery = PlanJson.Number(node, "groupings_index") < 0 && groups.Count == 0;
        var values = PlanJson.Items(node, "expressions").Select(e => isSubquery && PlanJson.Text(e, "name") == "first"
            ? _expressions.OfAll(PlanJson.Items(e, "children"), input)
            : _expressions.Of(e, input));
        var grouping = PlanJson.Items(node, "grouping_functions").Select(_ => ColumnSources.Union(groups).As(TransformationKind.GroupBy));
        return [.. groups, .. values, .. grouping];
    }

    private IReadOnlyList<ColumnSources> CommonTable(JsonElement node)
    {
        var children = PlanJson.Items(node, "children").ToList();
        _commonTables[PlanJson.Number(node, "table_index")] = Walk(children[0]);
        return Walk(children[1]);
    }

    /// <summary>What a round adds depends on what the rounds before gave: repeated until nothing more comes.</summary>
    private IReadOnlyList<ColumnSources> Recursive(JsonElement node)
    {
        var children = PlanJson.Items(node, "children").ToList();
        var index = PlanJson.Number(node, "table_index");
        var seen = Walk(children[0]);
        while (true)
        {
            _commonTables[index] = seen;
            var next = Merge([seen, Walk(children[1])]);
            if (next.Zip(seen).All(p => p.First.SameAs(p.Second)))
            {
                return next;
            }

            seen = next;
        }
    }

    private IReadOnlyList<ColumnSources> DuplicateEliminated(JsonElement node)
    {
        var width = PlanJson.Items(node, "chunk_types").Count();
        var columns = _duplicateEliminated.FirstOrDefault(c => c.Count >= width) ?? throw new PlanNotReadException("a correlated column from nowhere");
        return Bound(node, "table_index", [.. columns.Take(width).Select(c => c.Correlated())]);
    }

    private IReadOnlyList<ColumnSources> Join(JsonElement node)
    {
        var children = PlanJson.Items(node, "children").ToList();
        var left = Walk(children[0]);
        var correlated = PlanJson.Items(node, "duplicate_eliminated_columns").Select(c => _expressions.Of(c, left)).ToList();
        if (correlated.Count > 0)
        {
            _duplicateEliminated.Push(correlated);
        }

        var right = Walk(children[1]);
        if (correlated.Count > 0)
        {
            _duplicateEliminated.Pop();
        }

        IReadOnlyList<ColumnSources> both = [.. left, .. right];
        var conditions = ColumnSources.Union(
        [
            .. PlanJson.Items(node, "conditions").SelectMany(c => Condition(c, left, right, both)),
            node.TryGetProperty("condition", out var any) ? _expressions.Of(any, both) : ColumnSources.None,
        ]);
        var kind = PlanJson.Text(node, "join_type");
        var isMark = kind == "MARK";
        if (!isMark)
        {
            _rows.Add(conditions.As(TransformationKind.Join));
        }

        var kept = Projected(node, "left_projection_map", left);
        var added = Projected(node, "right_projection_map", right);
        return kind switch
        {
            "SEMI" or "ANTI" => kept,
            "RIGHT_SEMI" or "RIGHT_ANTI" => added,
            _ when isMark => [.. kept, conditions.As(TransformationKind.Transformation)],
            _ => [.. kept, .. added],
        };
    }

    private IEnumerable<ColumnSources> Condition(JsonElement condition, IReadOnlyList<ColumnSources> left, IReadOnlyList<ColumnSources> right, IReadOnlyList<ColumnSources> both)
    {
        if (condition.TryGetProperty("left", out var one) && condition.TryGetProperty("right", out var other) && !condition.TryGetProperty("expression_class", out _))
        {
            var (from, to) = (_expressions.Of(one, left), _expressions.Of(other, right));
            return from.IsCorrelated || to.IsCorrelated ? [] : [from, to];
        }

        return [_expressions.Of(condition, both)];
    }

    private IReadOnlyList<ColumnSources> SetOperation(JsonElement node)
    {
        var sides = PlanJson.Items(node, "children").Select(Walk).ToList();
        if (PlanJson.Text(node, "type") == "LOGICAL_UNION")
        {
            return Bound(node, "table_index", Merge(sides));
        }

        // The right side decides which rows of the left one stay; the whole row is compared.
        _rows.Add(ColumnSources.Union(sides.SelectMany(s => s)).As(TransformationKind.Filter));
        return Bound(node, "table_index", sides[0]);
    }

    private IReadOnlyList<ColumnSources> Get(JsonElement node)
    {
        IReadOnlyList<ColumnSources> input = PlanJson.Items(node, "children").ToList() is [var child] ? Walk(child) : [];
        var names = PlanJson.Items(node, "names").Select(n => n.GetString()!).ToList();
        var table = node.TryGetProperty("function_data", out var data) && PlanJson.Text(data, "table") is { Length: > 0 } name
            ? PlanJson.Text(data, "schema") is var schema && schema.Length > 0 && schema != "main" ? $"{schema}.{name}" : name
            : null;
        if (table is not null)
        {
            Tables.Add(table);
        }

        // A function that takes columns makes all of its own from them.
        var made = ColumnSources.Union(input).As(TransformationKind.Transformation);
        var columns = PlanJson.Items(node, "column_indexes").Select(c => PlanJson.Number(c, "index"))
            .Select(i => table is null ? made : i >= 0 && i < names.Count ? ColumnSources.Of(table, names[(int)i]) : ColumnSources.None).ToList();
        return Bound(node, "table_index",
        [
            .. Projected(node, "projection_ids", columns),
            .. PlanJson.Items(node, "projected_input").Select(i => input[i.GetInt32()]),
        ]);
    }

    private IReadOnlyList<ColumnSources> ExpressionRows(JsonElement node)
    {
        IReadOnlyList<ColumnSources> input = PlanJson.Items(node, "children").ToList() is [var child] ? Walk(child) : [];
        return Merge([.. PlanJson.Items(node, "expressions").Select(row => (IReadOnlyList<ColumnSources>)[.. row.EnumerateArray().Select(e => _expressions.Of(e, input))])]);
    }

    private IReadOnlyList<ColumnSources> Bound(JsonElement node, string index, IReadOnlyList<ColumnSources> columns)
    {
        _expressions.Bind(PlanJson.Number(node, index), columns);
        return columns;
    }

    private static IReadOnlyList<ColumnSources> Projected(JsonElement node, string name, IReadOnlyList<ColumnSources> columns)
    {
        var map = PlanJson.Items(node, name).Select(i => i.GetInt32()).ToList();
        return map.Count == 0 ? columns : [.. map.Select(i => columns[i])];
    }

    private static IReadOnlyList<ColumnSources> Merge(IReadOnlyList<IReadOnlyList<ColumnSources>> sides) =>
        sides.Count == 0 ? [] : [.. Enumerable.Range(0, sides.Min(s => s.Count)).Select(i => ColumnSources.Union(sides.Select(s => s[i])))];
}
