namespace Lakehouse.DuckDb;

/// <summary>The only way names and texts get into SQL; values travel as bound parameters.</summary>
public static class SqlIdentifier
{
    /// <summary>A name in double quotes.</summary>
    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>A dataset name such as <c>silver.cases</c>, each part quoted.</summary>
    public static string QuoteQualified(string name) => string.Join('.', name.Split('.').Select(Quote));

    /// <summary>A text as a string literal, for the places where the engine takes no parameter (COPY targets, file lists).</summary>
    public static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>Texts as a list literal.</summary>
    public static string Literals(IEnumerable<string> texts) => "[" + string.Join(", ", texts.Select(Literal)) + "]";
}
