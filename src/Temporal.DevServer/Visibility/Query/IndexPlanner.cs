using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>Finds the conjuncts of a condition that an index can serve.</summary>
internal static class IndexPlanner
{
    /// <summary>Unions longer than this cost more than they save.</summary>
    private const int LongestUnion = 5000;

    /// <summary>Plans the condition; null is the one that every row satisfies.</summary>
    public static IndexPlan Plan(Predicate? where)
    {
        if (where is null)
        {
            return IndexPlan.None;
        }

        var conjuncts = Conjuncts(where).ToList();
        var start = MicrosRange.All;
        var close = MicrosRange.All;
        foreach (var conjunct in conjuncts)
        {
            start = start.Intersect(Range(conjunct, Columns.StartTime));
            close = close.Intersect(Range(conjunct, Columns.CloseTime));
        }

        var alternatives = Alternatives(conjuncts).Where(terms => terms.Count <= LongestUnion).ToList();
        return new(alternatives, Exact(conjuncts), start, close);
    }

    private static IEnumerable<Predicate> Conjuncts(Predicate where) => where is AndPredicate all ? all.Items.SelectMany(Conjuncts) : [where];

    private static IEnumerable<IReadOnlyList<IndexTerm>> Alternatives(List<Predicate> conjuncts)
    {
        foreach (var conjunct in conjuncts)
        {
            switch (conjunct)
            {
                case OrPredicate any when Union(any) is { } union:
                    yield return union;
                    break;
                case ListPredicate { Negated: false } list:
                    yield return [.. list.Values.Select(value => new IndexTerm(list.Attribute, value))];
                    break;
                case InPredicate<string> { Negated: false } values when Terms(values) is { } terms:
                    yield return terms;
                    break;
                case InPredicate<long> { Negated: false } values when values.Column == Columns.Status:
                    yield return [.. values.Values.Select(value => IndexTerm.OfStatus((WorkflowExecutionStatus)value))];
                    break;
            }
        }

        if (TypeAndStatus(conjuncts) is { } pairs)
        {
            yield return pairs;
        }
    }

    private static List<IndexTerm>? Union(OrPredicate any)
    {
        var union = new List<IndexTerm>();
        foreach (var item in any.Items)
        {
            if (Alternatives([.. Conjuncts(item)]).MinBy(terms => terms.Count) is not { } terms)
            {
                return null;
            }

            union.AddRange(terms);
        }

        return [.. union.Distinct()];
    }

    private static List<IndexTerm>? Terms(InPredicate<string> values) => values.Column.Name switch
    {
        "ParentRunId" or "RootRunId" => null,
        "RootWorkflowId" => [.. values.Values.SelectMany(value => new IndexTerm[] { new("RootWorkflowId", value), new("WorkflowId", value) })],
        var name => [.. values.Values.Select(value => new IndexTerm(name, value))],
    };

    private static List<IndexTerm>? TypeAndStatus(List<Predicate> conjuncts)
    {
        var types = conjuncts.OfType<InPredicate<string>>().FirstOrDefault(p => p is { Negated: false, Column.Name: "WorkflowType" });
        var states = conjuncts.OfType<InPredicate<long>>().FirstOrDefault(p => !p.Negated && p.Column == Columns.Status);
        return types is null || states is null ? null
            : [.. types.Values.SelectMany(_ => states.Values, (type, state) => new IndexTerm("WorkflowType", type, (WorkflowExecutionStatus)state))];
    }

    private static IReadOnlyList<IndexTerm>? Exact(List<Predicate> conjuncts) => conjuncts switch
    {
        [InPredicate<string> { Column.Name: not "RootWorkflowId" }] or [InPredicate<long>] => Alternatives(conjuncts).FirstOrDefault(),
        [_, _] => TypeAndStatus(conjuncts),
        _ => null,
    };

    private static MicrosRange Range(Predicate predicate, Column<long> column) => predicate switch
    {
        RangePredicate<long> { Negated: false } range when range.Column == column => new(
            range.From is { } from ? from.Value + (from.Inclusive ? 0 : 1) : long.MinValue,
            // A row without a close time satisfies no comparison of it.
            range.To is { } to ? to.Value - (to.Inclusive ? 0 : 1) : long.MaxValue - 1),
        InPredicate<long> { Negated: false } values when values.Column == column => new(values.Values.Min(), values.Values.Max()),
        NullPredicate @null when @null.Attribute == column.Name => @null.Negated ? new(long.MinValue, long.MaxValue - 1) : new(long.MaxValue, long.MaxValue),
        _ => MicrosRange.All,
    };
}
