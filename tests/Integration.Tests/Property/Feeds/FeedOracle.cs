using System.Globalization;

namespace Integration.Tests.Property.Feeds;

/// <summary>What the tables of a generated pipeline must hold, worked out from the words of docs/guides/merging.md and nothing of the product.</summary>
internal sealed class FeedOracle(FeedShape shape)
{
    private readonly Dictionary<int, (string File, int Line, FeedRow Row)[]> _published = [];
    private readonly SortedDictionary<int, (string Name, int At)> _current = [];
    private readonly SortedDictionary<int, SortedDictionary<int, string>> _states = [];

    /// <summary>A run has published a partition.</summary>
    public void Publish(int partition, IReadOnlyDictionary<string, IReadOnlyList<FeedRow>> files)
    {
        var rows = files.OrderBy(f => f.Key, StringComparer.Ordinal).SelectMany(f => f.Value.Select((r, i) => (f.Key, i + 1, r))).ToArray();
        _published[partition] = rows;
        foreach (var row in rows.Select(r => r.r))
        {
            if (row.At is { } at && (!_current.TryGetValue(row.Id, out var known) || at >= known.At))
            {
                _current[row.Id] = (row.Name, at);
            }

            if (!_states.TryGetValue(row.Id, out var states))
            {
                _states[row.Id] = states = [];
            }

            states[row.Since] = row.Name;
        }
    }

    public IEnumerable<string> Rows => Sorted(Good.Select(r => Text(r.Row.Id, r.Row.Name, r.Row.Since, r.Row.At, shape.ValueOf(r.Partition), r.File, r.Line)));

    public IEnumerable<string> Aside => Sorted(_published.SelectMany(p => p.Value.Where(r => r.Row.At is null).Select(r => Text(r.File, r.Line))));

    public IEnumerable<string> Events => Sorted(Good.Select(r => Text(r.Row.Id, r.Row.Name, r.Row.At, shape.ValueOf(r.Partition))));

    public IEnumerable<string> Current => Sorted(_current.Select(c => Text(c.Key, c.Value.Name, c.Value.At)));

    /// <summary>Of equal states that follow each other the first is kept, and each ends where the next begins.</summary>
    public IEnumerable<string> States => Sorted(_states.SelectMany(s =>
    {
        var kept = s.Value.Where((state, i) => i == 0 || s.Value.ElementAt(i - 1).Value != state.Value).ToArray();
        return kept.Select((state, i) => Text(s.Key, state.Value, state.Key, i + 1 < kept.Length ? kept[i + 1].Key : null));
    }));

    public IEnumerable<string> Windows => Sorted(_published.Keys.Select(partition =>
    {
        var window = Good.Where(r => r.Partition <= partition && r.Partition >= partition - shape.Lookback).ToArray();
        return Text(shape.ValueOf(partition), window.Length, window.Length == 0 ? null : window.Sum(r => r.Row.At));
    }));

    private IEnumerable<(int Partition, string File, int Line, FeedRow Row)> Good =>
        _published.SelectMany(p => p.Value.Where(r => r.Row.At is not null).Select(r => (p.Key, r.File, r.Line, r.Row)));

    private static IEnumerable<string> Sorted(IEnumerable<string> lines) => lines.Order(StringComparer.Ordinal);

    private static string Text(params object?[] values) => string.Join('|', values.Select(v => Convert.ToString(v ?? "-", CultureInfo.InvariantCulture)));
}
