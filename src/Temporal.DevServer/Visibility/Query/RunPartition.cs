using System.Runtime.InteropServices;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>A set of rows with its posting lists: the users' runs, or the server's own. Not thread-safe.</summary>
internal sealed class RunPartition
{
    /// <summary>A term's rows: a row for a term that one row has, which is most of them, else a list.</summary>
    private readonly Dictionary<IndexTerm, object> _postings = [];
    private readonly RunList _all = new();

    /// <summary>Number of rows.</summary>
    public int Count => _all.Count;

    /// <summary>Adds a row.</summary>
    public void Add(IndexedRun run)
    {
        _all.Add(run);
        foreach (var term in IndexTerm.Of(run))
        {
            ref var posting = ref CollectionsMarshal.GetValueRefOrAddDefault(_postings, term, out _);
            if (posting is IndexedRun first)
            {
                posting = new RunList();
                ((RunList)posting).Add(first);
            }

            if (posting is RunList list)
            {
                list.Add(run);
            }
            else
            {
                posting = run;
            }
        }
    }

    /// <summary>Removes a row that was added.</summary>
    public void Remove(IndexedRun run)
    {
        _all.Remove(run);
        foreach (var term in IndexTerm.Of(run))
        {
            if (_postings[term] is RunList { Count: > 1 } list)
            {
                list.Remove(run);
            }
            else
            {
                _postings.Remove(term);
            }
        }
    }

    /// <summary>Number of rows under a term.</summary>
    public int CountOf(IndexTerm term) => _postings.TryGetValue(term, out var posting) ? posting is RunList list ? list.Count : 1 : 0;

    /// <summary>
    /// In list order, at least the rows at or after a place that the plan lets through: those of the shortest alternative, each once.
    /// </summary>
    public IEnumerable<IndexedRun> From(IndexPlan plan, SortKey place, long oldestClose)
    {
        var terms = plan.Alternatives.MinBy(union => union.Sum(CountOf));
        if (terms is null)
        {
            return _all.From(place, oldestClose, plan.Start);
        }

        var sources = terms.Where(_postings.ContainsKey).Select(term => Rows(_postings[term], place, oldestClose, plan.Start)).ToList();
        return sources is [var one] ? one : Merge(sources);
    }

    private static IEnumerable<IndexedRun> Rows(object posting, SortKey place, long oldestClose, MicrosRange start) => posting switch
    {
        RunList list => list.From(place, oldestClose, start),
        IndexedRun run when SortKey.Of(run).CompareTo(place) >= 0 && run.CloseMicros >= oldestClose => [run],
        _ => [],
    };

    /// <summary>Several ordered sequences as one, without the repetitions.</summary>
    public static IEnumerable<IndexedRun> Merge(IEnumerable<IEnumerable<IndexedRun>> sources)
    {
        var heads = new PriorityQueue<IEnumerator<IndexedRun>, SortKey>();
        try
        {
            foreach (var rows in sources.Select(source => source.GetEnumerator()))
            {
                Requeue(rows);
            }

            IndexedRun? last = null;
            while (heads.TryDequeue(out var rows, out _))
            {
                if (rows.Current != last)
                {
                    last = rows.Current;
                    yield return last;
                }

                Requeue(rows);
            }
        }
        finally
        {
            foreach (var (rows, _) in heads.UnorderedItems)
            {
                rows.Dispose();
            }
        }

        void Requeue(IEnumerator<IndexedRun> rows)
        {
            if (rows.MoveNext())
            {
                heads.Enqueue(rows, SortKey.Of(rows.Current));
            }
            else
            {
                rows.Dispose();
            }
        }
    }
}
