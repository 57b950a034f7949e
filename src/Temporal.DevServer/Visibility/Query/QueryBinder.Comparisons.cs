using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>Comparisons: which operators each type knows, and the predicate behind each.</summary>
internal sealed partial class QueryBinder
{
    private static readonly string[] Equality = ["=", "!=", "in", "not in"];
    private static readonly string[] Order = ["<", ">", "<=", ">="];
    private static readonly string[] Prefix = ["starts_with", "not starts_with"];

    private Predicate Compare(Expr.Compare expr)
    {
        var attribute = Attribute(expr.Left);
        var value = LiteralReader.Read(expr.Right, attribute);
        var op = expr.Operator;
        if (!Knows(attribute.Type, op))
        {
            throw VisibilityQueryException.NotSupported(
                $"operator '{op.ToUpperInvariant()}' not supported for {attribute.Type} type search attribute '{attribute.Alias}'");
        }

        if (value is List<object> && op is not ("in" or "not in"))
        {
            throw VisibilityQueryException.InvalidExpression($"unexpected value type (expected string, got {Show(expr.Right)})");
        }

        var negated = op is "!=" or "not in" or "not starts_with";
        var values = value as List<object> ?? [value];
        return attribute.Type switch
        {
            _ when attribute.Name == "ExecutionStatus" => Prefix.Contains(op)
                ? throw VisibilityQueryException.InvalidExpression(
                    $"right-hand side of \"{op}\" operator must be a literal string (got: {(WorkflowExecutionStatus)(long)value})")
                : Test(Columns.Status, values, op, negated, v => (long)v, Comparer<long>.Default),
            IndexedValueType.Keyword => Keyword(attribute, values, op, negated),
            IndexedValueType.KeywordList => new ListPredicate(attribute.Name, values.Cast<string>(), negated),
            IndexedValueType.Text => Text(attribute, (string)value, negated),
            IndexedValueType.Bool => Test(Columns.Bool(attribute.Name), values, op, negated, v => (bool)v, Comparer<bool>.Default),
            IndexedValueType.Datetime when Columns.Time(attribute.Name) is { } time => Test(time, values, op, negated, v => (long)v, Comparer<long>.Default),
            IndexedValueType.Datetime => Test(Columns.Datetime(attribute.Name), values, op, negated, v => (NanoTime)v, Comparer<NanoTime>.Default),
            _ => Test(Columns.Number(attribute.Name, attribute.Type), values, op, negated, AsNumber, Comparer<Number>.Default),
        };
    }

    private static bool Knows(IndexedValueType type, string op) => Equality.Contains(op) switch
    {
        true => type != IndexedValueType.Text || op is "=" or "!=",
        _ when Order.Contains(op) => type is not (IndexedValueType.Text or IndexedValueType.KeywordList),
        _ => type == IndexedValueType.Keyword && Prefix.Contains(op),
    };

    private static Predicate Keyword(ResolvedAttribute attribute, List<object> values, string op, bool negated)
    {
        var column = Columns.Keyword(attribute.Name);
        return Prefix.Contains(op)
            ? new PrefixPredicate(column, Stored(attribute, values[0]), negated)
            : Test(column, values, op, negated, v => Stored(attribute, v), StringComparer.Ordinal);
    }

    private static TextPredicate Text(ResolvedAttribute attribute, string value, bool negated) => TextPredicate.Pieces(value).Length > 0
        ? new(attribute.Name, value, negated)
        : throw VisibilityQueryException.InvalidExpression($"no tokens found filtering on Text type search attribute {attribute.Alias}");

    private static Predicate Test<T>(Column<T> column, List<object> values, string op, bool negated, Func<object, T> convert, IComparer<T> order)
        where T : notnull => op switch
        {
            "<" => new RangePredicate<T>(column, null, new(convert(values[0]), false), order, false),
            "<=" => new RangePredicate<T>(column, null, new(convert(values[0]), true), order, false),
            ">" => new RangePredicate<T>(column, new(convert(values[0]), false), null, order, false),
            ">=" => new RangePredicate<T>(column, new(convert(values[0]), true), null, order, false),
            _ => new InPredicate<T>(column, values.Select(convert), negated),
        };

    private Predicate Range(Expr.Range expr)
    {
        var attribute = Attribute(expr.Left);
        if (attribute.Type is not (IndexedValueType.Datetime or IndexedValueType.Double or IndexedValueType.Int or IndexedValueType.Keyword))
        {
            throw VisibilityQueryException.InvalidExpression($"cannot do range condition on search attribute '{attribute.Alias}' of type {attribute.Type}");
        }

        var from = Single(expr.From, attribute);
        var to = Single(expr.To, attribute);
        return attribute.Type switch
        {
            _ when attribute.Name == "ExecutionStatus" => Between(Columns.Status, (long)from, (long)to, Comparer<long>.Default),
            IndexedValueType.Keyword => Between(Columns.Keyword(attribute.Name), Stored(attribute, from), Stored(attribute, to), StringComparer.Ordinal),
            IndexedValueType.Datetime when Columns.Time(attribute.Name) is { } time => Between(time, (long)from, (long)to, Comparer<long>.Default),
            IndexedValueType.Datetime => Between(Columns.Datetime(attribute.Name), (NanoTime)from, (NanoTime)to, Comparer<NanoTime>.Default),
            _ => Between(Columns.Number(attribute.Name, attribute.Type), AsNumber(from), AsNumber(to), Comparer<Number>.Default),
        };

        RangePredicate<T> Between<T>(Column<T> column, T low, T high, IComparer<T> order) => new(column, new(low, true), new(high, true), order, expr.Negated);
    }

    private static object Single(Expr expr, ResolvedAttribute attribute) => LiteralReader.Read(expr, attribute) is var value && value is List<object>
        ? throw VisibilityQueryException.InvalidExpression($"unexpected value type {expr.GoType}")
        : value;

    private static Number AsNumber(object value) => value is double real ? (Number)real : (long)value;

    private static string Stored(ResolvedAttribute attribute, object value) =>
        attribute.Name == SearchAttributeRegistry.ScheduleId ? SchedulerPrefix + value : (string)value;

    private static string Show(Expr expr) => expr switch
    {
        Expr.Tuple tuple => $"({string.Join(", ", tuple.Items.Select(Show))})",
        Expr.Literal { Kind: TokenKind.String } text => $"'{text.Text.Replace("'", "''", StringComparison.Ordinal)}'",
        Expr.Literal literal => literal.Text,
        Expr.Boolean boolean => boolean.Value ? "true" : "false",
        _ => expr.GoType,
    };
}
