using System.Collections;
using System.Collections.Immutable;

namespace Lakehouse.Delta;

/// <summary>
/// How far each application has got with a table, in ordinal order of their ids; never changes. A table of many partitions has an id for each, so what is asked of some of them looks at those only.
/// </summary>
public sealed class TransactionVersions : IReadOnlyCollection<KeyValuePair<string, (long Version, long CommittedAt)>>
{
    private readonly ImmutableSortedSet<Entry> _entries;

    private TransactionVersions(ImmutableSortedSet<Entry> entries) => _entries = entries;

    /// <summary>No application.</summary>
    public static TransactionVersions Empty { get; } = new(ImmutableSortedSet.Create<Entry>(new ById()));

    /// <summary>How many applications there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Ids, in ordinal order.</summary>
    public IEnumerable<string> Keys => _entries.Select(e => e.AppId);

    /// <summary>The version of an application, and the table version that said so.</summary>
    public bool TryGetValue(string appId, out (long Version, long CommittedAt) value)
    {
        var found = _entries.TryGetValue(new Entry(appId, 0, 0), out var entry);
        value = found ? (entry.Version, entry.CommittedAt) : default;
        return found;
    }

    /// <summary>Whether an application has committed.</summary>
    public bool ContainsKey(string appId) => _entries.Contains(new Entry(appId, 0, 0));

    /// <summary>The applications whose ids begin so, in order. Costs what it gives.</summary>
    public IEnumerable<KeyValuePair<string, (long Version, long CommittedAt)>> StartingWith(string prefix)
    {
        for (var i = IndexFrom(prefix); i < _entries.Count && _entries[i] is var entry && entry.AppId.StartsWith(prefix, StringComparison.Ordinal); i++)
        {
            yield return Pair(entry);
        }
    }

    /// <summary>What stands before the first separator of the ids, each once, in order; an id without one is not told. Costs a search for each.</summary>
    public IEnumerable<string> Namespaces(char separator)
    {
        for (var i = 0; i < _entries.Count;)
        {
            var id = _entries[i].AppId;
            if (id.IndexOf(separator, StringComparison.Ordinal) is >= 0 and var end)
            {
                yield return id[..end];
                i = IndexFrom(id[..end] + (char)(separator + 1));
            }
            else
            {
                i++;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, (long Version, long CommittedAt)>> GetEnumerator() => _entries.Select(Pair).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal Builder ToBuilder() => new(_entries.ToBuilder());

    /// <summary>Place of the first id that is this one or behind it.</summary>
    private int IndexFrom(string appId) => _entries.IndexOf(new Entry(appId, 0, 0)) is var index && index >= 0 ? index : ~index;

    private static KeyValuePair<string, (long Version, long CommittedAt)> Pair(Entry entry) => new(entry.AppId, (entry.Version, entry.CommittedAt));

    internal sealed class Builder(ImmutableSortedSet<Entry>.Builder entries)
    {
        /// <summary>The last word on an application counts.</summary>
        public void Set(string appId, long version, long committedAt)
        {
            var entry = new Entry(appId, version, committedAt);
            entries.Remove(entry);
            entries.Add(entry);
        }

        public TransactionVersions ToImmutable() => new(entries.ToImmutable());
    }

    internal readonly record struct Entry(string AppId, long Version, long CommittedAt);

    private sealed class ById : IComparer<Entry>
    {
        public int Compare(Entry x, Entry y) => string.CompareOrdinal(x.AppId, y.AppId);
    }
}
