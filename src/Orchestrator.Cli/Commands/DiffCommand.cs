using System.CommandLine;
using Lakehouse.Tables.Operations;
using Orchestrator.Activities;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator diff DATASET</c>: two versions of a table by key: what came, what went, what changed and in which columns.</summary>
internal static class DiffCommand
{
    private static readonly Argument<string> Dataset = new("dataset") { Description = "The table, for example gold.country_daily." };
    private static readonly Option<long?> From = new("--from") { Description = "The earlier version. Default: the one before --to." };
    private static readonly Option<long?> To = new("--to") { Description = "The later version. Default: the newest." };
    private static readonly Option<string?> Key = new("--key") { Description = "Columns that tell rows apart, parted by commas. Default: the key that the table's pipeline declares." };
    private static readonly Option<int> Limit = new("--limit") { Description = "Show at most so many differing rows.", DefaultValueFactory = _ => 20 };

    public static Command Create()
    {
        var command = new Command("diff", "Compare two versions of a table by key.") { Dataset, From, To, Key, Limit };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var lake = new LakeRoot(settings.Lake);
        var dataset = call.GetRequiredValue(Dataset);
        if (await lake.VersionAsync(dataset, cancellationToken) is not { } newest)
        {
            var known = await lake.Tables.DatasetsAsync(cancellationToken);
            throw new UsageException($"No table '{dataset}' in '{settings.Lake}'. Expected one of: {string.Join(", ", known)}. {Nearest.Help(dataset, known, "run the pipeline that makes it")}");
        }

        var to = call.GetValue(To) ?? newest;
        var from = call.GetValue(From) ?? Math.Max(0, to - 1);
        var diff = await new TableComparer(lake.Tables).CompareAsync(dataset, from, to, KeyOf(call, settings, dataset), call.GetValue(Limit), cancellationToken);
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(diff);
        }
        else
        {
            Write(diff);
        }

        return ExitCodes.Ok;
    }

    private static IReadOnlyList<string> KeyOf(ParseResult call, LocalSettings settings, string dataset)
    {
        if (call.GetValue(Key) is { } given)
        {
            return given.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } columns
                ? columns
                : throw new UsageException("--key: expected at least one column. Help: for example --key country,report_date.");
        }

        var declared = KnownPipelines.Load(settings).Specs.SelectMany(s => s.Datasets).FirstOrDefault(d => d.Name == dataset)?.Key;
        return declared is { Count: > 0 }
            ? declared
            : throw new UsageException($"No pipeline under '{settings.Pipelines}' declares a key of '{dataset}'. Help: give one with --key.");
    }

    private static void Write(TableDiff diff)
    {
        Console.WriteLine($"{diff.Dataset}: version {diff.From} to {diff.To} by {string.Join(", ", diff.Key)}");
        Console.WriteLine(diff.IsEmpty ? "no difference" : $"{diff.Added} added, {diff.Removed} removed, {diff.Changed} changed");
        foreach (var (sign, columns) in new[] { ("+", diff.ColumnsAdded), ("-", diff.ColumnsRemoved) }.Where(c => c.Item2.Count > 0))
        {
            Console.WriteLine($"{sign} columns: {string.Join(", ", columns)}");
        }

        if (diff.ChangedColumns.Count > 0)
        {
            Console.WriteLine($"changed columns: {string.Join(", ", diff.ChangedColumns.Select(c => $"{c.Key} in {Amount.Of(c.Value, "row")}"))}");
        }

        if (diff.Rows.Count > 0)
        {
            Console.WriteLine();
            TableText.Write(
                ["change", .. diff.Key, "values"],
                [.. diff.Rows.Select(r => (IReadOnlyList<object?>)[r.Change, .. r.Key, string.Join(", ", r.Values.Select(v => $"{v.Key} {v.Value.Before ?? "NULL"} -> {v.Value.After ?? "NULL"}"))])]);
            var rest = diff.Added + diff.Removed + diff.Changed - diff.Rows.Count;
            if (rest > 0)
            {
                Console.WriteLine($"... and {rest} more; --limit shows more");
            }
        }
    }
}
