namespace Lakehouse.Delta.Files;

/// <summary>Live rows of columns by their value of one partition column, in ordinal order of the values; rows of NULL are not in it. Never changes.</summary>
internal sealed class PartitionIndex
{
    private readonly string[] _values;
    private readonly int[] _ends;
    private readonly int[] _rows;

    /// <param name="columns">Columns that change no more.</param>
    /// <param name="column">The partition column.</param>
    public PartitionIndex(FileColumns columns, string column)
    {
        var ofPartition = columns.Partitions.Select(p => p.GetValueOrDefault(column)).ToArray();
        _values = [.. ofPartition.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var places = _values.Index().ToDictionary(v => v.Item, v => v.Index, StringComparer.Ordinal);
        var placeOf = ofPartition.Select(v => v is null ? -1 : places[v]).ToArray();
        var live = Enumerable.Range(0, columns.Count).Where(r => columns.IsLive(r) && placeOf[columns.PartitionOf(r)] >= 0).ToArray();

        // Counted first, so that each row goes straight to its place.
        _ends = new int[_values.Length];
        foreach (var row in live)
        {
            _ends[placeOf[columns.PartitionOf(row)]]++;
        }

        var sum = 0;
        for (var i = 0; i < _ends.Length; i++)
        {
            (_ends[i], sum) = (sum, sum + _ends[i]);
        }

        _rows = new int[live.Length];
        foreach (var row in live)
        {
            _rows[_ends[placeOf[columns.PartitionOf(row)]]++] = row;
        }
    }

    /// <summary>Rows of the values from one to another, both among them.</summary>
    public ReadOnlySpan<int> Between(string from, string to)
    {
        var (first, end) = (Array.BinarySearch(_values, from, StringComparer.Ordinal), Array.BinarySearch(_values, to, StringComparer.Ordinal));
        (first, end) = (first < 0 ? ~first : first, end < 0 ? ~end : end + 1);
        return first >= end ? [] : _rows.AsSpan(EndOf(first - 1)..EndOf(end - 1));
    }

    private int EndOf(int value) => value < 0 ? 0 : _ends[value];
}
