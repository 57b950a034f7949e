using Temporalio.Api.Enums.V1;

namespace Temporal.DevServer.Visibility.Query;

/// <summary>
/// The runs of one namespace in memory, indexed for list and count. Thread-safe: readers share it, a writer has it alone. A page looks at the
/// rows of the shortest index that the query allows, so its cost follows what it finds and not what there is.
/// </summary>
internal sealed class VisibilityIndex : IDisposable
{
    /// <summary>By number; the first is the unspecified one, which no run has.</summary>
    private static readonly WorkflowExecutionStatus[] States = Enum.GetValues<WorkflowExecutionStatus>();
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<string, IndexedRun> _byRunId = new(StringComparer.Ordinal);
    private readonly RunPartition _users = new();
    private readonly RunPartition _internal = new();
    private long _newestMicros = long.MinValue;

    /// <summary>Number of rows, the server's own included.</summary>
    public int Rows => Read(() => _byRunId.Count);

    /// <summary>Adds a run or replaces the row of the same run id.</summary>
    public void Upsert(IndexedRun run) => Write(() =>
    {
        if (_byRunId.TryGetValue(run.RunId, out var old))
        {
            PartitionOf(old).Remove(old);
        }

        _byRunId[run.RunId] = run;
        PartitionOf(run).Add(run);
        _newestMicros = Math.Max(_newestMicros, Math.Max(run.StartMicros, run.IsOpen ? long.MinValue : run.CloseMicros));
        return true;
    });

    /// <summary>Removes a run.</summary>
    /// <returns>False when it was not there.</returns>
    public bool Delete(string runId) => Write(() =>
    {
        if (!_byRunId.Remove(runId, out var old))
        {
            return false;
        }

        PartitionOf(old).Remove(old);
        return true;
    });

    /// <summary>The row of a run, or null.</summary>
    public IndexedRun? Find(string runId) => Read(() => _byRunId.GetValueOrDefault(runId));

    /// <summary>One page of the rows that the query finds, in list order: open runs first, then the newest close, then the newest start.</summary>
    /// <param name="query">The query; its grouping has no meaning here.</param>
    /// <param name="pageSize">Rows of a full page, at least 1.</param>
    /// <param name="pageToken">The token of the page before; empty for the first one. Any query and page size may continue it.</param>
    /// <exception cref="VisibilityQueryException">The token is not one of this server.</exception>
    public RunPage List(BoundQuery query, int pageSize, ReadOnlySpan<byte> pageToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        var token = PageToken.Read(pageToken);
        return Read(() =>
        {
            var until = token?.Until ?? _newestMicros;
            var runs = new List<IndexedRun>(Math.Min(pageSize, 1000));
            foreach (var run in Candidates(query, token))
            {
                if (query.Where is null || query.Where.Test(run) == Truth.True)
                {
                    runs.Add(run);
                    if (runs.Count == pageSize)
                    {
                        return new RunPage(runs, new PageToken(Place(run, until), until).ToBytes());
                    }
                }
            }

            return new RunPage(runs, []);
        });
    }

    /// <summary>Counts the rows that the query finds.</summary>
    public RunCount Count(BoundQuery query) => Read(() =>
    {
        var counts = query.Where is null ? CountAll(query) : query.Plan.Exact is { } terms ? CountTerms(query, terms) : CountRows(query);
        return new RunCount(
            counts.Sum(),
            query.GroupByStatus ? [.. States.Select(state => KeyValuePair.Create(state, counts[(int)state])).Where(group => group.Value > 0)] : []);
    });

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private long[] CountAll(BoundQuery query) => [.. States.Select(state => Partitions(query).Sum(p => (long)p.CountOf(IndexTerm.OfStatus(state))))];

    private long[] CountTerms(BoundQuery query, IReadOnlyList<IndexTerm> terms)
    {
        var byState = terms.All(term => term.Status != WorkflowExecutionStatus.Unspecified || term.Attribute == "WorkflowType");
        if (!byState && query.GroupByStatus)
        {
            return CountRows(query);
        }

        var counts = new long[States.Length];
        foreach (var term in terms)
        {
            foreach (var state in term.Status != WorkflowExecutionStatus.Unspecified || !byState ? [term.Status] : States[1..])
            {
                counts[(int)state] += Partitions(query).Sum(p => (long)p.CountOf(term with { Status = state }));
            }
        }

        return counts;
    }

    private long[] CountRows(BoundQuery query)
    {
        var counts = new long[States.Length];
        foreach (var run in Candidates(query, null))
        {
            if (query.Where!.Test(run) == Truth.True)
            {
                counts[(int)run.Status]++;
            }
        }

        return counts;
    }

    /// <summary>The rows that the plan lets through, after the token's place, in the order that the token's first reader saw.</summary>
    private IEnumerable<IndexedRun> Candidates(BoundQuery query, PageToken? token)
    {
        var plan = query.Plan;
        var first = SortKey.FirstClosedAt(plan.Close.To);
        var oldestClose = plan.Close.From;
        if (token is null)
        {
            return From(query, first, oldestClose);
        }

        var after = token.After;
        if (after.CloseMicros != long.MaxValue)
        {
            return From(query, after.CompareTo(first) > 0 ? after : first, oldestClose).Where(run => SortKey.Of(run) != after);
        }

        // Among the open runs stand those that closed since; then come the ones closed before.
        var open = From(query, after, long.MaxValue);
        var late = From(query, SortKey.FirstClosedAt(long.MaxValue - 1), token.Until + 1).OrderBy(run => Place(run, token.Until));
        var closed = SortKey.FirstClosedAt(Math.Min(token.Until, plan.Close.To));
        return MergePlaces(open, late, token.Until).SkipWhile(run => Place(run, token.Until).CompareTo(after) <= 0).Concat(From(query, closed, oldestClose));
    }

    private static IEnumerable<IndexedRun> MergePlaces(IEnumerable<IndexedRun> open, IEnumerable<IndexedRun> late, long until)
    {
        using var left = open.GetEnumerator();
        using var right = late.GetEnumerator();
        var (hasLeft, hasRight) = (left.MoveNext(), right.MoveNext());
        while (hasLeft || hasRight)
        {
            if (!hasRight || (hasLeft && Place(left.Current, until).CompareTo(Place(right.Current, until)) < 0))
            {
                yield return left.Current;
                hasLeft = left.MoveNext();
            }
            else
            {
                yield return right.Current;
                hasRight = right.MoveNext();
            }
        }
    }

    private static SortKey Place(IndexedRun run, long until) => SortKey.Of(run) with { CloseMicros = run.CloseMicros > until ? long.MaxValue : run.CloseMicros };

    private IEnumerable<IndexedRun> From(BoundQuery query, SortKey place, long oldestClose) => query.SeesInternal
        ? RunPartition.Merge(Partitions(query).Select(p => p.From(query.Plan, place, oldestClose)))
        : _users.From(query.Plan, place, oldestClose);

    private RunPartition[] Partitions(BoundQuery query) => query.SeesInternal ? [_users, _internal] : [_users];

    private RunPartition PartitionOf(IndexedRun run) => run.IsInternal ? _internal : _users;

    private T Read<T>(Func<T> read)
    {
        _lock.EnterReadLock();
        try
        {
            return read();
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    private T Write<T>(Func<T> write)
    {
        _lock.EnterWriteLock();
        try
        {
            return write();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }
}
