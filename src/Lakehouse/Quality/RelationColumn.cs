namespace Lakehouse.Quality;

/// <summary>A column of a table or query as the engine sees it.</summary>
/// <param name="Name">Name of the column.</param>
/// <param name="Type">SQL type, such as <c>BIGINT</c> or <c>DECIMAL(10,2)</c>.</param>
public sealed record RelationColumn(string Name, string Type);
