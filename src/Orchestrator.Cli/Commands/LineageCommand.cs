using System.CommandLine;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Runs;
using Orchestrator.Cli.Settings;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator lineage DATASET</c>: what a table, or one of its columns, comes from and what it goes into, by the models' own SQL; nothing is run.</summary>
internal static class LineageCommand
{
    private static readonly Argument<string> Dataset = new("dataset") { Description = "The table, for example gold.country_daily, or one of its columns: gold.country_daily.confirmed." };
    private static readonly Option<bool> Upstream = new("--upstream") { Description = "Only what it comes from." };
    private static readonly Option<bool> Downstream = new("--downstream") { Description = "Only what it goes into." };

    public static Command Create()
    {
        var command = new Command("lineage", "Show what a table or column comes from and goes into.") { Dataset, Upstream, Downstream };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult call)
    {
        var settings = GlobalOptions.Settings(call);
        var parts = call.GetRequiredValue(Dataset).Split('.');
        if (parts.Length is not (2 or 3))
        {
            throw new UsageException($"'{call.GetRequiredValue(Dataset)}' is no table or column. Expected layer.table or layer.table.column. Help: for example gold.country_daily.confirmed.");
        }

        var dataset = $"{parts[0]}.{parts[1]}";
        var graph = LineageGraph.Read(KnownPipelines.Load(settings).Specs, KnownPipelines.MakerOf(settings, dataset), dataset);
        if (parts.Length == 3 && graph.ColumnsOf(dataset).All(c => c != parts[2]))
        {
            throw new UsageException($"'{dataset}' has no column '{parts[2]}'. Expected one of: {string.Join(", ", graph.ColumnsOf(dataset))}. Help: check the name.");
        }

        var root = new LineageNode(dataset, parts.Length == 3 ? parts[2] : null);
        var (up, down) = (call.GetValue(Upstream) || !call.GetValue(Downstream), call.GetValue(Downstream) || !call.GetValue(Upstream));
        var document = new LineageDocument(
            dataset,
            root.Column,
            up ? graph.Tree(root, upstream: true) : null,
            down ? graph.Tree(root, upstream: false) : null,
            root.Column is null ? graph.Columns(dataset) : null);
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(document);
        }
        else
        {
            LineageText.Write(document);
        }

        return ExitCodes.Ok;
    }
}
