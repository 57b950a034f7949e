namespace Lakehouse.DuckDb;

/// <summary>A result held in memory: for counts, samples and small tables, never for a table's rows as a whole.</summary>
/// <param name="Columns">Column names in order.</param>
/// <param name="Rows">Rows in order; see <see cref="DuckDbConnection.Query"/> for the .NET types.</param>
/// <param name="Changed">Rows written by an INSERT, UPDATE, DELETE or COPY; 0 otherwise.</param>
public sealed record DuckDbResult(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, long Changed);
