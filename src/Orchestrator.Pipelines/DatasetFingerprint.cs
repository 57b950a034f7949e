namespace Orchestrator.Pipelines;

/// <summary>
/// What decides a table's content, as SHA-256 in lower-case hex. Left out on purpose, because changing them changes no row: descriptions,
/// owner, limits, concurrency, paths, start and end, the contract's documentation and version number. Inputs and the engine's version
/// have fingerprints of their own.
/// </summary>
/// <param name="Value">All parts together.</param>
/// <param name="Model">The model's SQL without comments and layout; empty for a loaded source.</param>
/// <param name="Contract">The contract's schema: columns, types, rules, header generations.</param>
/// <param name="Settings">Name, unit, time zone, partition column, source format, key, merge, rows, deduplication, lookbacks, inputs.</param>
public sealed record DatasetFingerprint(string Value, string Model, string Contract, string Settings);
