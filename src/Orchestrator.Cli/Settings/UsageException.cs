namespace Orchestrator.Cli.Settings;

/// <summary>The call, a setting or a file given by the user is wrong: exit code 2, the message says what and how to mend it.</summary>
/// <param name="message">What, where, expected, seen, help.</param>
public sealed class UsageException(string message) : Exception(message);
