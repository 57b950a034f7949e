namespace Lakehouse.DuckDb;

/// <summary>A text is not one SELECT. Its code is <c>sql.syntax</c>; the message carries no part of any data.</summary>
public sealed class SqlSyntaxException : LakehouseException
{
    internal SqlSyntaxException(string message, int position)
        : base("sql.syntax", message) => Position = position;

    /// <summary>Offset of the offending character, from 0; -1 when the parser does not tell.</summary>
    public int Position { get; }

    /// <summary>Line and column, from 1, of the offending character in the text.</summary>
    public static (int Line, int Column) Place(string sql, int position)
    {
        var before = sql.AsSpan(0, Math.Clamp(position, 0, sql.Length));
        return (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }
}
