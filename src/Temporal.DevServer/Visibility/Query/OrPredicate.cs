namespace Temporal.DevServer.Visibility.Query;

/// <summary>At least one holds.</summary>
internal sealed class OrPredicate : Predicate
{
    private readonly Predicate[] _items;

    private OrPredicate(IReadOnlyList<Predicate> items) => _items = [.. items];

    /// <summary>The disjuncts.</summary>
    public IReadOnlyList<Predicate> Items => _items;

    /// <summary>Joins the conditions; equalities on one Keyword attribute become one look-up, so that a thousand of them cost what one costs.</summary>
    public static Predicate Of(IReadOnlyList<Predicate> items)
    {
        var joined = new List<Predicate>();
        foreach (var group in items.GroupBy(item => item is InPredicate<string> { Negated: false } values ? values.Column.Name : ""))
        {
            if (group.Key.Length == 0)
            {
                joined.AddRange(group);
            }
            else
            {
                var sets = group.Cast<InPredicate<string>>().ToList();
                joined.Add(new InPredicate<string>(sets[0].Column, sets.SelectMany(set => set.Values), negated: false));
            }
        }

        return joined is [var one] ? one : new OrPredicate(joined);
    }

    /// <inheritdoc/>
    public override Truth Test(IndexedRun run)
    {
        var greatest = Truth.False;
        foreach (var item in _items)
        {
            var truth = item.Test(run);
            if (truth == Truth.True)
            {
                return truth;
            }

            greatest = truth > greatest ? truth : greatest;
        }

        return greatest;
    }
}
