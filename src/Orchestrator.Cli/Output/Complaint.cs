using System.CommandLine;

namespace Orchestrator.Cli.Output;

/// <summary>How an error is told: its own words, and always a line that helps.</summary>
internal static class Complaint
{
    public static Task WriteAsync(string message, ParseResult call)
    {
        var help = $"Help: '{string.Join(' ', Verbs(call).Prepend("orchestrator"))} --help' tells what can be given.";
        return Console.Error.WriteLineAsync(
            message.Contains("Help:", StringComparison.Ordinal) ? message
            : message.Length == 0 ? help
            : $"{message}\n{help}");
    }

    /// <summary>The verb that was called, as far as it was understood.</summary>
    private static IEnumerable<string> Verbs(ParseResult call)
    {
        var verbs = new Stack<string>();
        for (var at = call.CommandResult; at.Parent is System.CommandLine.Parsing.CommandResult parent; at = parent)
        {
            verbs.Push(at.Command.Name);
        }

        return verbs;
    }
}
