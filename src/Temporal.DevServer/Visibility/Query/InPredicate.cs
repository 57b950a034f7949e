using System.Collections.Frozen;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>The value is one of the given ones: = and IN, and with <see cref="Negated"/> != and NOT IN.</summary>
internal sealed class InPredicate<T> : Predicate
    where T : notnull
{
    private readonly T? _only;
    private readonly bool _isOne;

    /// <summary>Takes the given values; doubles among them count once.</summary>
    public InPredicate(Column<T> column, IEnumerable<T> values, bool negated)
    {
        Column = column;
        Values = values.ToFrozenSet();
        Negated = negated;
        _isOne = Values.Count == 1;
        _only = _isOne ? Values.Items[0] : default;
    }

    /// <summary>The attribute.</summary>
    public Column<T> Column { get; }

    /// <summary>The values.</summary>
    public FrozenSet<T> Values { get; }

    /// <summary>Rows with another value are meant.</summary>
    public bool Negated { get; }

    /// <inheritdoc/>
    public override Truth Test(IndexedRun run) => !Column.TryGet(run, out var value) ? Truth.Unknown
        : Of((_isOne ? EqualityComparer<T>.Default.Equals(value, _only) : Values.Contains(value)) != Negated);
}
