using System.Text.Json.Nodes;

namespace Lakehouse.Lineage;

/// <summary>
/// Compares two queries SELECT by SELECT: the common tables in their order, then the query itself. What a common table changes goes on to the SELECTs after it by
/// name: an expression that mentions a changed column is changed, a filter or join that does changes the rows, a star hands it on.
/// </summary>
internal sealed class QueryComparison
{
    private static readonly string[] RowMakers = ["unnest", "unlist"];

    private readonly HashSet<string> _touched = new(StringComparer.OrdinalIgnoreCase);

    public QueryDifference Compare(string old, string @new)
    {
        var (before, after) = (SelectTree.Read(old), SelectTree.Read(@new));
        if (before.SameButNames(after))
        {
            return QueryDifference.None;
        }

        if (before.IsSelect != after.IsSelect || (!before.IsSelect && !before.SameAs(after)))
        {
            return Rows("the query");
        }

        if (!before.IsSelect)
        {
            return QueryDifference.None;
        }

        var tables = before.CommonTables.ToDictionary(t => t.Name, t => t, StringComparer.OrdinalIgnoreCase);
        if (!tables.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(after.CommonTables.Select(t => t.Name)))
        {
            return Rows("the list of tables in WITH");
        }

        foreach (var (name, body, frame) in after.CommonTables)
        {
            var earlier = tables[name];
            if (!JsonNode.DeepEquals(earlier.Frame, frame))
            {
                return Rows($"'{name}' in WITH");
            }

            var difference = CompareSelects(earlier.Body, body, $"'{name}' in WITH", isCommonTable: true);
            if (difference.Rows)
            {
                return difference;
            }

            _touched.UnionWith([.. difference.Added, .. difference.Changed, .. difference.Removed]);
        }

        return CompareSelects(before, after, "the query", isCommonTable: false);
    }

    private QueryDifference CompareSelects(SelectTree old, SelectTree @new, string place, bool isCommonTable)
    {
        if (!old.IsSelect || !@new.IsSelect || (isCommonTable && (old.CommonTables.Count > 0 || @new.CommonTables.Count > 0)))
        {
            // Set operations and recursion have no select list of their own; a WITH within a WITH is taken as a whole.
            return old.SameAs(@new) && !_touched.Any(@new.Mentions) && !(_touched.Count > 0 && @new.HasStar) ? QueryDifference.None : Rows(place);
        }

        if (old.OtherPart(@new) is { } part)
        {
            return Rows($"{part} of {place}");
        }

        if (_touched.FirstOrDefault(@new.MentionsOutsideOfList) is { } filtered)
        {
            return Rows($"'{filtered}', by which {place} chooses rows,");
        }

        var difference = CompareLists(old, @new);
        if (difference.IsNone)
        {
            return difference;
        }

        // The list decides on rows where it is what is grouped or made distinct, where it makes rows, and where its names are used.
        string[] names = [.. difference.Added, .. difference.Changed, .. difference.Removed];
        return names.Any(n => (old.DecidesRows(n) && !difference.Added.Contains(n)) || (@new.DecidesRows(n) && !difference.Removed.Contains(n))) || (_touched.Count > 0 && @new.HasNaturalJoin)
                ? Rows($"what {place} groups by or makes distinct")
            : old.IsAggregated != @new.IsAggregated ? Rows($"the aggregation of {place}")
            : names.FirstOrDefault(n => old.MentionsOutsideOfList(n) || @new.MentionsOutsideOfList(n)) is { } name ? Rows($"'{name}', by which {place} chooses rows,")
            : difference;
    }

    private QueryDifference CompareLists(SelectTree old, SelectTree @new)
    {
        if (old.Items.Concat(@new.Items).Any(i => i.Name is null && !i.IsStar && !(old.Items.Any(i.SameAs) && @new.Items.Any(i.SameAs))))
        {
            return Rows("a column without a name");
        }

        var stars = (Old: old.Items.Where(i => i.IsStar).ToArray(), New: @new.Items.Where(i => i.IsStar).ToArray());
        if (stars.Old.Length != stars.New.Length || stars.Old.Zip(stars.New).Any(s => !s.First.SameAs(s.Second)))
        {
            return Rows("a star");
        }

        var before = Named(old);
        var after = Named(@new);
        var changed = after.Where(a => before.TryGetValue(a.Key, out var b) && !a.Value.SameAs(b)).Select(a => a.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var added = after.Keys.Where(n => !before.ContainsKey(n)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var removed = before.Keys.Where(n => !after.ContainsKey(n)).ToArray();

        // Positions in ORDER BY and GROUP BY: what stood before must stand where it stood.
        if (@new.UsesPositions && !before.Keys.SequenceEqual(after.Keys.Take(before.Count), StringComparer.OrdinalIgnoreCase))
        {
            return Rows("a position");
        }

        if (before.Where(b => changed.Contains(b.Key) || !after.ContainsKey(b.Key)).Concat(after.Where(a => changed.Contains(a.Key) || added.Contains(a.Key))).Any(i => i.Value.Calls(RowMakers)))
        {
            return Rows("a column that makes rows");
        }

        // An expression may use the names of others, of this list or of tables before.
        for (var grew = true; grew;)
        {
            grew = false;
            foreach (var (name, item) in after.Where(a => !changed.Contains(a.Key) && !added.Contains(a.Key)))
            {
                if (_touched.Concat(changed).Concat(removed).Concat(added.Where(before.ContainsKey)).Any(item.Mentions))
                {
                    grew |= changed.Add(name);
                }
            }
        }

        var handed = stars.New.Length > 0 ? _touched.Except([.. changed, .. added], StringComparer.OrdinalIgnoreCase) : [];
        return new QueryDifference
        {
            Added = [.. after.Keys.Where(added.Contains)],
            Changed = [.. after.Keys.Where(changed.Contains), .. handed],
            Removed = removed,
        };
    }

    private static Dictionary<string, SelectItem> Named(SelectTree select)
    {
        var named = new Dictionary<string, SelectItem>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in select.Items.Where(i => i is { IsStar: false, Name: not null }))
        {
            named.TryAdd(item.Name!, item);
        }

        return named;
    }

    private static QueryDifference Rows(string reason) => new() { Rows = true, Reason = $"{reason} differs" };
}
