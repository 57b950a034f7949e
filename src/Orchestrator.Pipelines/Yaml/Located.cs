namespace Orchestrator.Pipelines.Yaml;

/// <summary>A value together with where it was written, so that a later check can point at it.</summary>
internal sealed record Located<T>(T Value, Place Place);
