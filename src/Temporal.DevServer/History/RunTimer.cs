namespace Temporal.DevServer.History;

/// <summary>One deadline of a run: when, what for, and which event it belongs to (0 for the run itself).</summary>
internal readonly record struct RunTimer(DateTime Due, RunTimerKind Kind, long Id) : IComparable<RunTimer>
{
    /// <inheritdoc/>
    public int CompareTo(RunTimer other)
    {
        var byDue = Due.CompareTo(other.Due);
        if (byDue != 0)
        {
            return byDue;
        }

        var byKind = Kind.CompareTo(other.Kind);
        return byKind != 0 ? byKind : Id.CompareTo(other.Id);
    }
}
