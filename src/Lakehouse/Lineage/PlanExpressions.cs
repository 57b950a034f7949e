using System.Text.Json;

namespace Lakehouse.Lineage;

/// <summary>What the expressions of a bound plan depend on. References are positions in the columns that the operator below hands up.</summary>
internal sealed class PlanExpressions
{
    /// <summary>Functions whose result does not let their argument be read off.</summary>
    private static readonly HashSet<string> Masking = new(StringComparer.Ordinal) { "md5", "md5_number", "sha1", "sha256", "hash" };

    private readonly Dictionary<(long Table, long Column), ColumnSources> _bound = [];

    /// <summary>Columns of an operator that expressions may name by table index rather than by position.</summary>
    public void Bind(long table, IReadOnlyList<ColumnSources> columns)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            _bound[(table, i)] = columns[i];
        }
    }

    public ColumnSources Of(JsonElement expression, IReadOnlyList<ColumnSources> input)
    {
        if (expression.ValueKind != JsonValueKind.Object)
        {
            return ColumnSources.None;
        }

        switch (PlanJson.Text(expression, "expression_class"))
        {
            case "BOUND_REF":
                var index = PlanJson.Number(expression, "index");
                return index >= 0 && index < input.Count ? input[(int)index] : throw new PlanNotReadException($"a reference to column {index} of {input.Count}");
            case "BOUND_COLUMN_REF":
                var binding = expression.GetProperty("binding");
                var key = (PlanJson.Number(binding, "table_index"), PlanJson.Number(binding, "column_index"));
                return _bound.TryGetValue(key, out var sources) ? sources : throw new PlanNotReadException($"a reference to column {key} of another operator");
            case "BOUND_CASE":
                return Case(expression, input);
            case "BOUND_AGGREGATE":
                return Aggregate(expression, input);
            case "BOUND_WINDOW":
                return Window(expression, input);
            case "BOUND_FUNCTION":
                return Function(expression, input);
            case "BOUND_LAMBDA_REF" or "BOUND_LAMBDA":
                return ColumnSources.None;
            default:
                return Children(expression, input).As(TransformationKind.Transformation);
        }
    }

    public ColumnSources OfAll(IEnumerable<JsonElement> expressions, IReadOnlyList<ColumnSources> input) => ColumnSources.Union(expressions.Select(e => Of(e, input)));

    /// <summary>An ORDER BY list, as it stands in sorts, windows and aggregates.</summary>
    public ColumnSources Orders(JsonElement node, string name, IReadOnlyList<ColumnSources> input)
    {
        var list = node.TryGetProperty(name, out var given) && given.ValueKind == JsonValueKind.Object ? PlanJson.Items(given, "orders") : PlanJson.Items(node, name);
        return OfAll(list.Select(o => o.GetProperty("expression")), input);
    }

    private ColumnSources Case(JsonElement node, IReadOnlyList<ColumnSources> input)
    {
        var checks = PlanJson.Items(node, "case_checks").ToList();
        var otherwise = Of(node.GetProperty("else_expr"), input);

        // The engine's own guard around a scalar subquery: more than one row is an error, else the row.
        if (checks is [var guard] && PlanJson.Text(guard.GetProperty("then_expr"), "name") == "error")
        {
            return otherwise;
        }

        var values = checks.Select(c => Of(c.GetProperty("then_expr"), input)).Append(otherwise);
        var conditions = checks.Select(c => Of(c.GetProperty("when_expr"), input).As(TransformationKind.Conditional));
        return ColumnSources.Union([ColumnSources.Union(values).As(TransformationKind.Transformation), .. conditions]);
    }

    private ColumnSources Aggregate(JsonElement node, IReadOnlyList<ColumnSources> input) => ColumnSources.Union(
    [
        OfAll(PlanJson.Items(node, "children"), input).As(TransformationKind.Aggregation, Masking.Contains(PlanJson.Text(node, "name"))),
        Property(node, "filter", input).As(TransformationKind.Conditional),
        Orders(node, "order_bys", input).As(TransformationKind.Sort),
    ]);

    private ColumnSources Window(JsonElement node, IReadOnlyList<ColumnSources> input)
    {
        var kind = PlanJson.Text(node, "type") == "WINDOW_AGGREGATE" ? TransformationKind.Aggregation : TransformationKind.Transformation;
        return ColumnSources.Union(
        [
            OfAll(PlanJson.Items(node, "children"), input).As(kind),
            Property(node, "offset_expr", input).As(TransformationKind.Conditional),
            Property(node, "default_expr", input).As(kind),
            Property(node, "filters", input).As(TransformationKind.Conditional),
            Property(node, "start_expr", input).As(TransformationKind.Window),
            Property(node, "end_expr", input).As(TransformationKind.Window),
            ColumnSources.Union(PlanJson.Items(node, "partitions").Select(e => Of(e, input)).Where(p => !p.IsCorrelated)).As(TransformationKind.Window),
            Orders(node, "orders", input).As(TransformationKind.Window),
            Orders(node, "arg_orders", input).As(TransformationKind.Window),
        ]);
    }

    private ColumnSources Function(JsonElement node, IReadOnlyList<ColumnSources> input)
    {
        var name = PlanJson.Text(node, "name");
        var children = PlanJson.Items(node, "children").ToList();
        if (name is "struct_pack" or "row" && PlanJson.StructFields(node.GetProperty("return_type")) is { } fields && fields.Count == children.Count)
        {
            return ColumnSources.Struct(fields.Zip(children).GroupBy(p => p.First, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(g => g.Key, g => Of(g.First().Second, input), StringComparer.OrdinalIgnoreCase));
        }

        if (name is "struct_extract" && children is [var whole, var part] && Of(whole, input) is { Fields: { } known }
            && part.TryGetProperty("value", out var value) && PlanJson.Text(value, "value") is { Length: > 0 } field && known.TryGetValue(field, out var one))
        {
            return one;
        }

        return OfAll(children, input).As(TransformationKind.Transformation, Masking.Contains(name));
    }

    private ColumnSources Property(JsonElement node, string name, IReadOnlyList<ColumnSources> input) =>
        node.TryGetProperty(name, out var given) ? Of(given, input) : ColumnSources.None;

    /// <summary>Everything below, except what an expression carries for its own use: a lambda's body counts from its own parameters.</summary>
    private ColumnSources Children(JsonElement node, IReadOnlyList<ColumnSources> input)
    {
        var found = new List<ColumnSources>();
        foreach (var property in node.EnumerateObject().Where(p => p.Name != "function_data"))
        {
            if (property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("expression_class", out _))
            {
                found.Add(Of(property.Value, input));
            }
            else if (property.Value.ValueKind == JsonValueKind.Array)
            {
                found.AddRange(property.Value.EnumerateArray().Select(e => Of(e, input)));
            }
        }

        return ColumnSources.Union(found);
    }
}
