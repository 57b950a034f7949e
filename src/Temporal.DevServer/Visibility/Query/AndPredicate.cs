namespace Temporal.DevServer.Visibility.Query;

/// <summary>All hold.</summary>
internal sealed class AndPredicate(IReadOnlyList<Predicate> items) : Predicate
{
    private readonly Predicate[] _items = [.. items];

    /// <summary>The conjuncts.</summary>
    public IReadOnlyList<Predicate> Items => _items;

    /// <inheritdoc/>
    public override Truth Test(IndexedRun run)
    {
        var least = Truth.True;
        foreach (var item in _items)
        {
            var truth = item.Test(run);
            if (truth == Truth.False)
            {
                return truth;
            }

            least = truth < least ? truth : least;
        }

        return least;
    }
}
