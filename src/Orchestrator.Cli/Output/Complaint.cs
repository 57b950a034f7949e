using System.CommandLine;
using System.CommandLine.Parsing;
using Lakehouse;
using Orchestrator.Catalog;
using Orchestrator.Cli.Commands;
using Orchestrator.Cli.Runs;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Pipelines.Validation;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Output;

/// <summary>How an error is told: its own words, always a line that helps, and with <c>--json</c> a document.</summary>
internal static class Complaint
{
    /// <summary>What an error says, and the exit code that stands for it.</summary>
    public static (int Code, string Message) Of(Exception error) => error switch
    {
        UsageException or PipelineValidationException => (ExitCodes.Usage, error.Message),
        UnavailableException => (ExitCodes.Unavailable, error.Message),
        LakehouseException { IsTransient: true } store when store.Code.StartsWith("store.", StringComparison.Ordinal) => (ExitCodes.Unavailable, error.Message),
        RpcException => (
            ExitCodes.Unavailable,
            $"{error.Message}\nHelp: see 'orchestrator doctor', and whether a worker runs on the task queue; what was started goes on, and the same command attaches to it."),
        PlanMovedException => (ExitCodes.PlanMoved, error.Message),
        CatalogException e => (e.IsTransient ? ExitCodes.Unavailable : ExitCodes.Failed, e.Message),
        WorkflowFailedException or ApplicationFailureException => (ExitCodes.Failed, Failures.Explain(error)),
        WorkflowUpdateFailedException => (ExitCodes.Failed, error.InnerException?.Message ?? error.Message),

        // Of files and ports the system's own words name which one.
        IOException or UnauthorizedAccessException when !error.Message.Contains("Help:", StringComparison.Ordinal) => (
            ExitCodes.Failed,
            $"{error.Message}\nHelp: look whether it is there, whose it is and whether its disk has room; 'orchestrator doctor' looks at lake, sources and disk."),
        FailedException or LakehouseException or IOException or UnauthorizedAccessException => (ExitCodes.Failed, error.Message),
        _ => (ExitCodes.Failed, $"A mistake of the program, not of the call: {error}\nHelp: report this text; what was started goes on."),
    };

    /// <summary>Tells an error and gives its exit code.</summary>
    public static async Task<int> WriteAsync(Exception error, ParseResult call)
    {
        var (code, message) = Of(error);
        var (what, help) = error is PipelineValidationException ? (message.Split('\n')[0].TrimEnd(':'), "mend what is listed; each error names its file and line.") : Parts(message, call);
        await Console.Error.WriteLineAsync(message.Contains("Help:", StringComparison.Ordinal) ? message : $"{message}\nHelp: {help}");
        WriteDocument(call, code, what, help, (error as PipelineValidationException)?.Errors);
        return code;
    }

    /// <summary>Tells what the reader of the call did not understand; the reader itself has said so already.</summary>
    public static async Task<int> WriteUsageAsync(ParseResult call)
    {
        var (what, help) = Parts(string.Join('\n', call.Errors.Select(e => e.Message)), call);
        await Console.Error.WriteLineAsync($"Help: {help}");
        WriteDocument(call, ExitCodes.Usage, what, help, null);
        return ExitCodes.Usage;
    }

    private static void WriteDocument(ParseResult call, int code, string what, string help, IReadOnlyList<SpecError>? errors)
    {
        if (call.GetResult(GlobalOptions.Json) is not null && call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { error = new { message = what, help, exitCode = code, errors } });
        }
    }

    private static (string What, string Help) Parts(string message, ParseResult call)
    {
        var at = message.LastIndexOf("Help:", StringComparison.Ordinal);
        return at < 0
            ? (message, $"'{string.Join(' ', Verbs(call).Prepend("orchestrator"))} --help' tells what can be given.")
            : (message[..at].TrimEnd(), message[(at + "Help:".Length)..].Trim());
    }

    /// <summary>The verb that was called, as far as it was understood.</summary>
    private static IEnumerable<string> Verbs(ParseResult call)
    {
        var verbs = new Stack<string>();
        for (var at = call.CommandResult; at.Parent is CommandResult parent; at = parent)
        {
            verbs.Push(at.Command.Name);
        }

        return verbs;
    }
}
