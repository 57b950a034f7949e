namespace Orchestrator.Catalog;

/// <summary>A decision about a hold that has changed since it was looked at, or that is decided already. Never transient.</summary>
public sealed class StaleDecisionException(string message) : CatalogException(message);
