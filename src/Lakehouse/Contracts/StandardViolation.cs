namespace Lakehouse.Contracts;

/// <summary>A keyword of the standard's schema that a document breaks, without explanation.</summary>
/// <param name="Path">JSON path in the document.</param>
/// <param name="Keyword">The schema keyword.</param>
public sealed record StandardViolation(string Path, string Keyword);
