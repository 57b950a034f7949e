namespace Lakehouse.Tables;

/// <summary>A column of a table, a file or a query.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SqlType">Its type as the engine names it, such as <c>BIGINT</c> or <c>DECIMAL(10,2)</c>.</param>
public sealed record TableColumn(string Name, string SqlType);
