namespace Temporal.DevServer.Visibility.Query;

/// <summary>
/// Rows in list order, kept in leaves of bounded size so that a change moves few of them. Each leaf knows the range of its start times, so
/// that a scan for a time skips leaves whole. Not thread-safe.
/// </summary>
internal sealed class RunList
{
    private const int LeafSize = 256;
    private readonly List<Leaf> _leaves = [new()];

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a row; its run must not be in the list.</summary>
    public void Add(IndexedRun run)
    {
        var at = LeafOf(SortKey.Of(run));
        var leaf = _leaves[at];
        if (leaf.Count == LeafSize)
        {
            var upper = leaf.Split();
            _leaves.Insert(at + 1, upper);
            leaf = SortKey.Of(run).CompareTo(upper.First) < 0 ? leaf : upper;
        }

        leaf.Add(run);
        Count++;
    }

    /// <summary>Removes a row that is in the list.</summary>
    public void Remove(IndexedRun run)
    {
        var at = LeafOf(SortKey.Of(run));
        _leaves[at].Remove(run);
        Count--;
        if (_leaves[at].Count == 0 && _leaves.Count > 1)
        {
            _leaves.RemoveAt(at);
        }
    }

    /// <summary>
    /// The rows at or after a place whose close lies at or after <paramref name="oldestClose"/>; rows whose start lies outside
    /// <paramref name="start"/> may be left out.
    /// </summary>
    public IEnumerable<IndexedRun> From(SortKey place, long oldestClose, MicrosRange start)
    {
        var at = LeafOf(place);
        for (var index = _leaves[at].IndexOf(place); at < _leaves.Count; at++, index = 0)
        {
            var leaf = _leaves[at];
            if (leaf.NewestStart < start.From || leaf.OldestStart > start.To)
            {
                if (leaf.Count > 0 && leaf[0].CloseMicros < oldestClose)
                {
                    yield break;
                }

                continue;
            }

            for (; index < leaf.Count; index++)
            {
                var run = leaf[index];
                if (run.CloseMicros < oldestClose)
                {
                    yield break;
                }

                yield return run;
            }
        }
    }

    /// <summary>The last leaf that starts at or before the place.</summary>
    private int LeafOf(SortKey place)
    {
        var (low, high) = (0, _leaves.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_leaves[middle].First.CompareTo(place) <= 0)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private sealed class Leaf
    {
        private IndexedRun[] _runs = new IndexedRun[4];

        public int Count { get; private set; }

        public long OldestStart { get; private set; } = long.MaxValue;

        public long NewestStart { get; private set; } = long.MinValue;

        public SortKey First => SortKey.Of(_runs[0]);

        public IndexedRun this[int index] => _runs[index];

        public void Add(IndexedRun run)
        {
            if (Count == _runs.Length)
            {
                Array.Resize(ref _runs, Math.Min(LeafSize, Count * 2));
            }

            var at = IndexOf(SortKey.Of(run));
            Array.Copy(_runs, at, _runs, at + 1, Count - at);
            _runs[at] = run;
            Count++;
            Widen(run);
        }

        public void Remove(IndexedRun run)
        {
            var at = IndexOf(SortKey.Of(run));
            if (at == Count || _runs[at].RunId != run.RunId)
            {
                throw new InvalidOperationException($"Run '{run.RunId}' is not where its times say in the visibility index.");
            }

            Array.Copy(_runs, at + 1, _runs, at, Count - at - 1);
            _runs[--Count] = null!;
        }

        /// <summary>The first row at or after the place.</summary>
        public int IndexOf(SortKey place)
        {
            var (low, high) = (0, Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (SortKey.Of(_runs[middle]).CompareTo(place) < 0)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            return low;
        }

        /// <summary>Moves the later half into a leaf of its own.</summary>
        public Leaf Split()
        {
            var upper = new Leaf { _runs = new IndexedRun[LeafSize] };
            var half = LeafSize / 2;
            for (var i = half; i < Count; i++)
            {
                upper._runs[upper.Count++] = _runs[i];
                upper.Widen(_runs[i]);
            }

            Array.Clear(_runs, half, Count - half);
            Count = half;
            (OldestStart, NewestStart) = (long.MaxValue, long.MinValue);
            for (var i = 0; i < Count; i++)
            {
                Widen(_runs[i]);
            }

            return upper;
        }

        private void Widen(IndexedRun run)
        {
            OldestStart = Math.Min(OldestStart, run.StartMicros);
            NewestStart = Math.Max(NewestStart, run.StartMicros);
        }
    }
}
