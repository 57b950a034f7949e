namespace Orchestrator.Pipelines.Models;

/// <summary>Why the engine refuses a query; the offset counts bytes of UTF-8 and is null where the engine names no place.</summary>
internal sealed record ModelFault(string Message, long? Offset, IReadOnlyList<string> Candidates, string? Name);
