namespace Temporal.DevServer.Visibility.Query;

/// <summary>A query that is known to make sense for a namespace's attributes, ready to run. Immutable and free of the index it runs on.</summary>
/// <param name="Where">The condition, or null for every row.</param>
/// <param name="GroupByStatus">Counts are wanted by state; a list is never grouped.</param>
/// <param name="SeesInternal">The query names the namespace division, so that the server's own runs are not hidden.</param>
internal sealed record BoundQuery(Predicate? Where, bool GroupByStatus, bool SeesInternal)
{
    /// <summary>Which indexes may serve the condition.</summary>
    public IndexPlan Plan { get; } = IndexPlanner.Plan(Where);

    /// <summary>Parses and binds a query.</summary>
    /// <exception cref="VisibilityQueryException">The client's text is wrong; the message says how.</exception>
    public static BoundQuery Parse(string query, SearchAttributeRegistry attributes) => QueryBinder.Bind(QueryParser.Parse(query), attributes);

    /// <summary>
    /// Parses and binds a query over schedules: it finds the open runs of division <c>TemporalScheduler</c>, and may name custom attributes, the
    /// schedule's id and whether it is paused.
    /// </summary>
    /// <exception cref="VisibilityQueryException">The client's text is wrong; the message says how.</exception>
    public static BoundQuery ParseForSchedules(string query, SearchAttributeRegistry attributes) => QueryBinder.BindForSchedules(QueryParser.Parse(query), attributes);
}
