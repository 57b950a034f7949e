namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>A generated workflow did not do what it should.</summary>
internal sealed class BrokenSeedException(string message, Exception? inner = null) : Exception(message, inner);
