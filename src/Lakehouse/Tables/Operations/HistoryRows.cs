using Lakehouse.DuckDb;

namespace Lakehouse.Tables.Operations;

/// <summary>States of things with the time each held, made of all states that are known of them.</summary>
internal static class HistoryRows
{
    /// <summary>Column that is 1 for states that come, 0 for those that are there.</summary>
    public const string IsNew = "__new";

    /// <summary>A SELECT of the states that change something, each until the next.</summary>
    /// <param name="columns">Columns of the rows.</param>
    /// <param name="keys">Columns by which a thing is known.</param>
    /// <param name="from">Column of the beginning.</param>
    /// <param name="to">Column of the end.</param>
    /// <param name="current">Column that is true for the newest state; null when there is none.</param>
    /// <param name="unwatched">Columns that are no part of the state.</param>
    /// <param name="known">A SELECT of all states with <see cref="IsNew"/>; of two that begin at one time the one that comes counts.</param>
    public static string Select(IReadOnlyList<TableColumn> columns, IReadOnlyList<string> keys, string from, string to, string? current, IReadOnlyList<string> unwatched, string known)
    {
        var key = string.Join(", ", keys.Select(SqlIdentifier.Quote));
        var (start, end) = (SqlIdentifier.Quote(from), SqlIdentifier.Quote(to));
        var state = columns.Select(c => c.Name).Except([.. keys, from, to, current ?? to, .. unwatched], StringComparer.Ordinal).Select(SqlIdentifier.Quote).ToArray();
        var over = $"OVER (PARTITION BY {key} ORDER BY {start})";

        // A window function cannot look at what another one has dropped: first the states that change something, then their ends.
        var changes = state.Length == 0 ? $"row_number() {over} = 1" : $"row_number() {over} = 1 OR {string.Join(" OR ", state.Select(s => $"{s} IS DISTINCT FROM lag({s}) {over}"))}";
        var ended = string.Join(", ", columns.Select(c =>
            c.Name == to ? $"CAST(lead({start}) {over} AS {c.SqlType}) AS {end}"
            : c.Name == current ? $"(lead({start}) {over} IS NULL) AS {SqlIdentifier.Quote(c.Name)}"
            : SqlIdentifier.Quote(c.Name)));
        return $"""
            WITH known AS ({known}),
            once AS (SELECT * EXCLUDE ({IsNew}) FROM known QUALIFY row_number() OVER (PARTITION BY {key}, {start} ORDER BY {IsNew} DESC) = 1),
            changing AS (SELECT * FROM once QUALIFY {changes})
            SELECT {ended} FROM changing
            """;
    }
}
