using Temporalio.Exceptions;

namespace Orchestrator.Cli.Runs;

/// <summary>What a failed workflow's chain of causes says to a person: the innermost message, which names file, place, expected and seen.</summary>
internal static class Failures
{
    public static string Explain(Exception failure)
    {
        var cause = failure;
        while (cause is WorkflowFailedException or ActivityFailureException && cause.InnerException is { } inner)
        {
            cause = inner;
        }

        return cause is ApplicationFailureException { ErrorType: { Length: > 0 } type } ? $"[{type}] {cause.Message}" : cause.Message;
    }
}
