using System.CommandLine;
using System.Text.Json;
using Lakehouse.Contracts;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator contract diff OLD NEW</c>: what differs between two versions of a contract, and whether the version number says so.</summary>
internal static class ContractCommand
{
    private static readonly Argument<string> Old = new("old") { Description = "File of the earlier contract." };
    private static readonly Argument<string> New = new("new") { Description = "File of the later contract." };

    public static Command Create()
    {
        var diff = new Command("diff", "Compare two versions of a contract; exit code 1 when the version number does not tell of the changes.") { Old, New };
        diff.SetAction(Run);
        return new Command("contract", "Work with data contracts.") { diff };
    }

    private static int Run(ParseResult call)
    {
        var diff = ContractDiff.Compare(Read(call.GetRequiredValue(Old)), Read(call.GetRequiredValue(New)));
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(JsonSerializer.Deserialize<JsonElement>(diff.ToJson()));
        }
        else
        {
            Console.WriteLine(diff);
        }

        return diff.IsVersionSufficient ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static DataContract Read(string file)
    {
        if (!File.Exists(file))
        {
            throw new UsageException($"No contract '{file}'. Help: give two files of the Open Data Contract Standard, for example 'git show HEAD:contracts/a.odcs.yaml > old.yaml'.");
        }

        var parsed = ContractParser.ParseFile(file);
        return parsed.Contract ?? throw new UsageException($"'{file}' is not valid:\n{string.Join('\n', parsed.Errors.Select(e => $"  {e}"))}\nHelp: correct the file.");
    }
}
