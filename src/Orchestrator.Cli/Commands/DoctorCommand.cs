using System.CommandLine;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Stack;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator doctor</c>: checks everything that the product needs and says how to mend what is not right.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Check everything that is needed, and say how to mend what is not right; exit code 1 when something is wrong.");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var findings = await new Doctor(GlobalOptions.Settings(call)).ExamineAsync(cancellationToken);
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { healthy = findings.All(f => f.State != FindingState.Wrong), checks = findings });
        }
        else
        {
            foreach (var finding in findings)
            {
                Console.WriteLine($"{finding.State.ToString().ToLowerInvariant(),-7}  {finding.Check,-17}  {finding.Seen}{(finding.Help is { } help ? $"\n         {"",-17}  Help: {help}" : "")}");
            }

            var wrong = findings.Count(f => f.State == FindingState.Wrong);
            Console.WriteLine(wrong == 0 ? "everything that is needed is there" : $"{wrong} of {findings.Count} checks found something wrong");
        }

        return findings.Any(f => f.State == FindingState.Wrong) ? ExitCodes.Failed : ExitCodes.Ok;
    }
}
