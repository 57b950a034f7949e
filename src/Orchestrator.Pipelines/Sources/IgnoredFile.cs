namespace Orchestrator.Pipelines.Sources;

/// <summary>A file beside a source's files that belongs to no partition.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Reason">Why no partition takes it.</param>
public sealed record IgnoredFile(string Path, string Reason);
