namespace Temporal.DevServer.Visibility.Query;

/// <summary>The value lies between two bounds, of which either may be absent: the order comparisons and BETWEEN.</summary>
internal sealed class RangePredicate<T>(Column<T> column, Bound<T>? from, Bound<T>? to, IComparer<T> order, bool negated) : Predicate
{
    /// <summary>The attribute.</summary>
    public Column<T> Column => column;

    /// <summary>The lower bound.</summary>
    public Bound<T>? From => from;

    /// <summary>The upper bound.</summary>
    public Bound<T>? To => to;

    /// <summary>Rows outside are meant.</summary>
    public bool Negated => negated;

    /// <inheritdoc/>
    public override Truth Test(IndexedRun run)
    {
        if (!column.TryGet(run, out var value))
        {
            return Truth.Unknown;
        }

        var above = from is not { } low || order.Compare(value, low.Value) is var least && (least > 0 || (least == 0 && low.Inclusive));
        return Of((above && (to is not { } high || order.Compare(value, high.Value) is var most && (most < 0 || (most == 0 && high.Inclusive)))) != negated);
    }
}
