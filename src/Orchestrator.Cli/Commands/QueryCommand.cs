using System.CommandLine;
using Lakehouse.DuckDb;
using Orchestrator.Activities;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;

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
        var sql = call.GetRequiredValue(Sql);
        DuckDbResult result;
        try
        {
            result = await lake.QueryAsync(sql, cancellationToken);
        }
        catch (SqlSyntaxException e) when (e.Position >= 0)
        {
            var (line, column) = SqlSyntaxException.Place(sql, e.Position);
            throw new UsageException($"Query, line {line}, column {column}: {e.Message}\n  {sql.Split('\n')[line - 1]}\n  {new string(' ', column - 1)}^");
        }

        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { columns = result.Columns, rows = result.Rows });
        }
        else
        {
            TableText.Write(result.Columns, result.Rows);
            Console.WriteLine(Amount.Of(result.Rows.Count, "row"));
        }

        return ExitCodes.Ok;
    }
}
