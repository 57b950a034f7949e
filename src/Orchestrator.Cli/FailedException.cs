namespace Orchestrator.Cli;

/// <summary>What was asked for is not there or did not come to be: exit code 1.</summary>
/// <param name="message">What, where, and how to go on.</param>
public sealed class FailedException(string message) : Exception(message);
