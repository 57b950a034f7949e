namespace Lakehouse.Quality.Patterns;

/// <summary>A place in a rule's SQL where the engine matches a text with a regular expression.</summary>
/// <param name="Sql">The call as it stands in the SQL.</param>
/// <param name="Text">SQL of the text.</param>
/// <param name="Expression">The expression.</param>
/// <param name="IsWhole">True when the whole text must match.</param>
internal sealed record PatternCall(string Sql, string Text, string Expression, bool IsWhole)
{
    public static PatternCall Of(string text, string expression, bool whole) =>
        new($"{(whole ? "regexp_full_match" : "regexp_matches")}({text}, {DuckDb.SqlIdentifier.Literal(expression)})", text, expression, whole);
}
