namespace Orchestrator.Pipelines;

/// <summary>A SQL model as its author wrote it.</summary>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Sql">The text: one DuckDB query without a final semicolon, with named parameters.</param>
public sealed record ModelText(string Path, string Sql);
