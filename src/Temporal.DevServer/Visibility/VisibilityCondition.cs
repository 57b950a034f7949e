namespace Temporal.DevServer.Visibility;

/// <summary>A condition over rows, ready for the store: SQL text with positional parameters.</summary>
internal sealed record VisibilityCondition(string Sql, IReadOnlyList<object?> Parameters)
{
    public static VisibilityCondition All { get; } = new("1", []);
}
