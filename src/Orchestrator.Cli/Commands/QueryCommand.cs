using System.CommandLine;
using Orchestrator.Activities;
using Orchestrator.Cli.Output;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator query "select …"</c>: one read-only SELECT over the published tables, current or <c>AT (VERSION => n)</c>.</summary>
internal static class QueryCommand
{
    private static readonly Argument<string> Sql = new("sql") { Description = "One SELECT, for example \"select * from gold.country_daily at (version => 3) limit 5\"." };

    public static Command Create()
    {
        var command = new Command("query", "Read published tables with SQL.") { Sql };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var lake = new LakeRoot(GlobalOptions.Settings(call).Lake);
        var result = await lake.QueryAsync(call.GetRequiredValue(Sql), cancellationToken);
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { columns = result.Columns, rows = result.Rows });
        }
        else
        {
            TableText.Write(result.Columns, result.Rows);
            Console.WriteLine(result.Rows.Count == 1 ? "1 row" : $"{result.Rows.Count} rows");
        }

        return ExitCodes.Ok;
    }
}
