namespace Temporal.DevServer.Visibility.Query;

/// <summary>A place in a list: open runs first, then the newest close, then the newest start, then the run id.</summary>
internal readonly record struct SortKey(long CloseMicros, long StartMicros, string RunId) : IComparable<SortKey>
{
    /// <summary>The place of a row.</summary>
    public static SortKey Of(IndexedRun run) => new(run.CloseMicros, run.StartMicros, run.RunId);

    /// <summary>The first place of rows closed at this time.</summary>
    public static SortKey FirstClosedAt(long micros) => new(micros, long.MaxValue, "");

    /// <inheritdoc/>
    public int CompareTo(SortKey other)
    {
        var order = other.CloseMicros.CompareTo(CloseMicros);
        order = order == 0 ? other.StartMicros.CompareTo(StartMicros) : order;
        return order == 0 ? string.CompareOrdinal(RunId, other.RunId) : order;
    }
}
