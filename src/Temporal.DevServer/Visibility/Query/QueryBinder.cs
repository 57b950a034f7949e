using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>Gives the names and values of a parsed query their meaning. Errors come in the order in which the real server finds them.</summary>
internal sealed partial class QueryBinder
{
    private const string SchedulerPrefix = "temporal-sys-scheduler:";
    private const string SchedulerDivision = "TemporalScheduler";
    private readonly SearchAttributeRegistry _attributes;
    private readonly bool _forSchedules;
    private bool _seesInternal;

    private QueryBinder(SearchAttributeRegistry attributes, bool forSchedules) => (_attributes, _forSchedules) = (attributes, forSchedules);

    /// <summary>Binds the query to the namespace's attributes.</summary>
    /// <exception cref="VisibilityQueryException">A name, a value or an operator does not fit.</exception>
    public static BoundQuery Bind(ParsedQuery query, SearchAttributeRegistry attributes) => new QueryBinder(attributes, forSchedules: false).Bind(query);

    /// <summary>Binds the query to open schedules.</summary>
    /// <exception cref="VisibilityQueryException">A name, a value or an operator does not fit, or schedules do not have the attribute.</exception>
    public static BoundQuery BindForSchedules(ParsedQuery query, SearchAttributeRegistry attributes)
    {
        var bound = new QueryBinder(attributes, forSchedules: true).Bind(query);
        Predicate division = new InPredicate<string>(Columns.Keyword(SearchAttributeRegistry.NamespaceDivision), [SchedulerDivision], negated: false);
        Predicate open = new InPredicate<long>(Columns.Status, [(long)WorkflowExecutionStatus.Running], negated: false);
        return new(new AndPredicate(bound.Where is null ? [division, open] : [division, open, bound.Where]), bound.GroupByStatus, SeesInternal: true);
    }

    private BoundQuery Bind(ParsedQuery query)
    {
        if (query.HasLimit)
        {
            throw VisibilityQueryException.NotSupported("'LIMIT' clause");
        }

        var where = query.Where is null ? null : Condition(query.Where);
        if (query.GroupBy.Count > 1)
        {
            throw VisibilityQueryException.NotSupported("'GROUP BY' clause supports only a single field");
        }

        foreach (var attribute in query.GroupBy.Select(Attribute).Where(attribute => attribute.Name != "ExecutionStatus"))
        {
            throw VisibilityQueryException.NotSupported($"'GROUP BY' clause is not supported for search attribute {attribute.Alias}");
        }

        foreach (var attribute in query.OrderBy.Select(Attribute).Where(attribute => attribute.Type == IndexedValueType.Text))
        {
            throw VisibilityQueryException.NotSupported("unable to sort by search attribute type Text");
        }

        return query.OrderBy.Count > 0
            ? throw VisibilityQueryException.NotSupported("'ORDER BY' clause")
            : new(where, query.GroupBy.Count > 0, _seesInternal);
    }

    private Predicate Condition(Expr expr) => expr switch
    {
        Expr.Paren paren => Condition(paren.Inner),
        Expr.Not negation => new NotPredicate(Condition(negation.Inner)),
        Expr.And all => new AndPredicate([.. all.Items.Select(Condition)]),
        Expr.Or any => OrPredicate.Of([.. any.Items.Select(Condition)]),
        Expr.Compare compare => Compare(compare),
        Expr.Range range => Range(range),
        Expr.Is @is => Null(@is),
        Expr.Function => throw VisibilityQueryException.NotSupported("function expression"),
        Expr.Column => throw VisibilityQueryException.InvalidExpression("incomplete expression"),
        _ => throw VisibilityQueryException.NotSupported($"expression of type {expr.GoType}"),
    };

    private ResolvedAttribute Attribute(Expr expr)
    {
        if (expr is not Expr.Column column)
        {
            throw VisibilityQueryException.InvalidExpression($"must be a column name but was {expr.GoType}");
        }

        var alias = column.Name.Replace("`", "", StringComparison.Ordinal);
        if (!_attributes.TryResolve(alias, out var name, out var type))
        {
            throw VisibilityQueryException.UnknownAttribute(alias);
        }

        if (_forSchedules && name is not (SearchAttributeRegistry.ScheduleId or "TemporalSchedulePaused") &&
            (SearchAttributeRegistry.BuiltIn.ContainsKey(name) || SearchAttributeRegistry.Predefined.ContainsKey(name)))
        {
            throw VisibilityQueryException.NotForSchedules(alias);
        }

        _seesInternal |= name == SearchAttributeRegistry.NamespaceDivision;
        return new(alias, name, type);
    }

    private NullPredicate Null(Expr.Is expr)
    {
        var attribute = Attribute(expr.Inner);
        return expr.What == "null"
            ? new(attribute.Name, Presence(attribute), expr.Negated)
            : throw VisibilityQueryException.InvalidExpression("'IS' operator can only be used as 'IS NULL' or 'IS NOT NULL'");
    }

    private static Func<IndexedRun, bool> Presence(ResolvedAttribute attribute)
    {
        var (alias, name, type) = attribute;
        if (Columns.Time(name) is { } time)
        {
            return run => time.TryGet(run, out _);
        }

        if (!SearchAttributeRegistry.BuiltIn.ContainsKey(name) && name != SearchAttributeRegistry.ScheduleId)
        {
            return run => run.Attributes.ContainsKey(name);
        }

        if (type == IndexedValueType.Int)
        {
            var number = Columns.Number(name, type);
            return run => number.TryGet(run, out _);
        }

        if (name == "ExecutionStatus")
        {
            return _ => true;
        }

        var text = Columns.Keyword(name);
        return run => text.TryGet(run, out _);
    }
}
