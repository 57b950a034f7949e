namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>Two answers of the server came in another order than in another mode. Both orders are right, and what follows need not be the same.</summary>
internal sealed class AnswersRacedException(string message) : Exception(message);
