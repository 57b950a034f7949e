using System.CommandLine;
using Orchestrator.Cli.Settings;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator completion bash|zsh|fish</c>: a script for the shell; the program itself answers what can follow.</summary>
internal static class CompletionCommand
{
    private static readonly Argument<string> Shell = new("shell") { Description = "bash, zsh or fish." };

    public static Command Create()
    {
        var command = new Command("completion", "Print a script that completes commands in a shell: eval \"$(orchestrator completion bash)\".") { Shell };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult call)
    {
        Console.WriteLine(call.GetRequiredValue(Shell) switch
        {
            "bash" => """
                _orchestrator() {
                  local IFS=$'\n'
                  COMPREPLY=( $(orchestrator "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null | grep -F -- "${COMP_WORDS[COMP_CWORD]}") )
                }
                complete -o default -F _orchestrator orchestrator
                """,
            "zsh" => """
                #compdef orchestrator
                _orchestrator() {
                  local -a found
                  found=("${(@f)$(orchestrator "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                  compadd -- "${found[@]}" || _files
                }
                compdef _orchestrator orchestrator
                """,
            "fish" => """
                complete -c orchestrator -a '(set -l line (commandline -cp); orchestrator "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
                """,
            var other => throw new UsageException($"'{other}' is no shell that is known: expected bash, zsh or fish. Help: orchestrator completion bash."),
        });
        return ExitCodes.Ok;
    }
}
