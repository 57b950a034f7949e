namespace Temporal.DevServer.Visibility.Query;

/// <summary>A list or count query, or a page token, is not acceptable; the message is what the client is told with InvalidArgument.</summary>
internal sealed class VisibilityQueryException : Exception
{
    private VisibilityQueryException(string message)
        : base(message)
    {
    }

    /// <summary>The text is no statement of the query language.</summary>
    public static VisibilityQueryException Malformed(string detail) => Query($"malformed SQL query: {detail}");

    /// <summary>The statement is well formed but asks for something that visibility does not do.</summary>
    public static VisibilityQueryException NotSupported(string detail) => Query($"operation is not supported: {detail}");

    /// <summary>A part of the statement makes no sense for the attribute it names.</summary>
    public static VisibilityQueryException InvalidExpression(string detail) => Query($"invalid expression: {detail}");

    /// <summary>The namespace has no such search attribute.</summary>
    public static VisibilityQueryException UnknownAttribute(string name) => Query($"invalid search attribute: {name}");

    /// <summary>A list of schedules cannot be filtered by the attribute.</summary>
    public static VisibilityQueryException NotForSchedules(string name) => new($"invalid query filter for schedules: cannot filter on \"{name}\"");

    /// <summary>The page token was not made by this server.</summary>
    public static VisibilityQueryException PageToken() => new("Invalid NextPageToken.");

    private static VisibilityQueryException Query(string detail) => new($"invalid query: {detail}");
}
