namespace Orchestrator.Cli.Stack;

/// <summary>A service the command needs does not answer: exit code 3.</summary>
/// <param name="message">Which one, where, and how to get it.</param>
/// <param name="inner">What the attempt to reach it said.</param>
public sealed class UnavailableException(string message, Exception inner) : Exception(message, inner);
