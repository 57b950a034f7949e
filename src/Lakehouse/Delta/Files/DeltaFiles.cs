using System.Collections;
using System.Collections.Immutable;
using Lakehouse.ObjectStores;

namespace Lakehouse.Delta.Files;

/// <summary>
/// The files of one version of a table, by path and deletion vector; never changes. Most lie in columns that many versions share; what the latest commits
/// changed lies beside them. An <see cref="AddFile"/> is made when it is asked for: keep it rather than ask twice.
/// </summary>
public sealed class DeltaFiles : IReadOnlyCollection<AddFile>
{
    private readonly FileColumns _base;
    private readonly ImmutableHashSet<int> _gone;
    private readonly ImmutableSortedDictionary<string, AddFile> _recent;

    internal DeltaFiles(FileColumns @base, ImmutableHashSet<int> gone, ImmutableSortedDictionary<string, AddFile> recent)
    {
        _base = @base;
        _gone = gone;
        _recent = recent;
    }

    /// <summary>No files.</summary>
    public static DeltaFiles Empty { get; } = new DeltaFilesBuilder(null).Build();

    /// <summary>How many there are.</summary>
    public int Count => _base.Live - _gone.Count + _recent.Count;

    /// <summary>The files, in the order of <see cref="Keys"/>.</summary>
    public IEnumerable<AddFile> Values => this;

    /// <summary>Path of each file, followed by a line end and the id of its deletion vector when it has one; in order of code points.</summary>
    public IEnumerable<string> Keys => Rows().Select(r => r.Recent is { } file ? KeyOf(file.Path, file.DeletionVectorId) : System.Text.Encoding.UTF8.GetString(_base.KeyOf(r.Row)));

    internal FileColumns Base => _base;

    internal ImmutableHashSet<int> Gone => _gone;

    internal ImmutableSortedDictionary<string, AddFile> Recent => _recent;

    /// <summary>Identity of a file in the log.</summary>
    public static string KeyOf(string path, string? deletionVectorId) => deletionVectorId is null ? path : $"{path}\n{deletionVectorId}";

    /// <summary>The file of a path and deletion vector; null when the version has none.</summary>
    public AddFile? Find(string path, string? deletionVectorId = null) =>
        _recent.TryGetValue(KeyOf(path, deletionVectorId), out var file) ? file
        : _base.Find(path, deletionVectorId) is { } row && _base.IsLive(row) && !_gone.Contains(row) ? _base.Read(row)
        : null;

    /// <inheritdoc/>
    public IEnumerator<AddFile> GetEnumerator()
    {
        foreach (var (row, recent) in Rows())
        {
            yield return recent ?? _base.Read(row);
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The files of some values of a partition column, in the order of <see cref="Keys"/>. Costs what it gives, however many partitions there are.</summary>
    public IReadOnlyList<AddFile> Of(string column, IReadOnlySet<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Of(column, values.Contains, values.Select(v => (v, v)));
    }

    /// <summary>The files of the values of a partition column from one to another in ordinal order, both among them, in the order of <see cref="Keys"/>. Costs what it gives.</summary>
    public IReadOnlyList<AddFile> Of(string column, string from, string to) =>
        Of(column, v => string.CompareOrdinal(v, from) >= 0 && string.CompareOrdinal(v, to) <= 0, [(from, to)]);

    /// <summary>The files of some partitions, in the order of <see cref="Keys"/>. Every partition is asked for.</summary>
    /// <param name="holds">Whether a partition's values are wanted; asked once for those that many files share.</param>
    public IReadOnlyList<AddFile> Of(Func<IReadOnlyDictionary<string, string?>, bool> holds)
    {
        ArgumentNullException.ThrowIfNull(holds);
        var wanted = _base.Partitions.Select(holds).ToArray();
        var files = _recent.Values.Where(f => holds(f.PartitionValues)).ToList();
        for (var i = 0; i < _base.Count; i++)
        {
            if (wanted[_base.PartitionOf(i)] && _base.IsLive(i) && !_gone.Contains(i))
            {
                files.Add(_base.Read(i));
            }
        }

        return InOrder(files);
    }

    private IReadOnlyList<AddFile> Of(string column, Func<string, bool> holds, IEnumerable<(string From, string To)> ranges)
    {
        var files = _recent.Values.Where(f => f.PartitionValues.GetValueOrDefault(column) is { } value && holds(value)).ToList();
        var index = _base.By(column);
        foreach (var (from, to) in ranges)
        {
            foreach (var row in index.Between(from, to))
            {
                if (!_gone.Contains(row))
                {
                    files.Add(_base.Read(row));
                }
            }
        }

        return InOrder(files);
    }

    private static IReadOnlyList<AddFile> InOrder(IEnumerable<AddFile> files) => [.. files.OrderBy(f => KeyOf(f.Path, f.DeletionVectorId), ObjectPath.Comparer)];

    /// <summary>Sum of the files' sizes in bytes.</summary>
    public long TotalBytes()
    {
        var sum = _recent.Values.Sum(f => f.Size);
        for (var i = 0; i < _base.Count; i++)
        {
            sum += _base.IsLive(i) && !_gone.Contains(i) ? _base.SizeOf(i) : 0;
        }

        return sum;
    }

    /// <summary>Distinct partition values of the files, in no order.</summary>
    internal IEnumerable<IReadOnlyDictionary<string, string?>> DistinctPartitions()
    {
        var seen = new bool[_base.Partitions.Count];
        for (var i = 0; i < _base.Count; i++)
        {
            seen[_base.PartitionOf(i)] |= _base.IsLive(i) && !_gone.Contains(i);
        }

        return _base.Partitions.Where((_, id) => seen[id]).Concat(_recent.Values.Select(f => f.PartitionValues));
    }

    /// <summary>The same as <see cref="Rows"/> in no order: nothing is sorted for it.</summary>
    internal IEnumerable<(int Row, AddFile? Recent)> UnorderedRows()
    {
        for (var i = 0; i < _base.Count; i++)
        {
            if (_base.IsLive(i) && !(_gone.Count > 0 && _gone.Contains(i)))
            {
                yield return (i, null);
            }
        }

        foreach (var file in _recent.Values)
        {
            yield return (-1, file);
        }
    }

    /// <summary>Rows in order: of the columns, or one of the recent files in place of a row.</summary>
    internal IEnumerable<(int Row, AddFile? Recent)> Rows()
    {
        using var recent = _recent.Select(r => (Key: System.Text.Encoding.UTF8.GetBytes(r.Key), r.Value)).GetEnumerator();
        var hasRecent = recent.MoveNext();
        foreach (var row in _base.Ordered)
        {
            if (_gone.Count > 0 && _gone.Contains(row))
            {
                continue;
            }

            while (hasRecent && _base.KeyOf(row).SequenceCompareTo(recent.Current.Key) > 0)
            {
                yield return (-1, recent.Current.Value);
                hasRecent = recent.MoveNext();
            }

            yield return (row, null);
        }

        while (hasRecent)
        {
            yield return (-1, recent.Current.Value);
            hasRecent = recent.MoveNext();
        }
    }
}
