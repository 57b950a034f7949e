using Lakehouse.DuckDb;
using Lakehouse.Yaml;

namespace Lakehouse.Quality;

/// <summary>What a check written in C# sees: rows through the engine, in its sandbox, and its settings.</summary>
/// <param name="Connection">The engine. Read only; what is made in it belongs to the step.</param>
/// <param name="Relation">Name of the relation with the rows, quoted for SQL.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Column">Column that the rule is about, quoted for SQL; null for a rule of the table.</param>
/// <param name="History">Relation with rows of earlier partitions, quoted for SQL; null where there is none.</param>
/// <param name="Settings">The rule's <c>implementation</c>; an empty map when it is only the check's name.</param>
public sealed record CustomCheckContext(DuckDbConnection Connection, string Relation, long Rows, string? Column, string? History, YamlValue Settings);
