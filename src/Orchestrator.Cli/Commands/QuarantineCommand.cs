using System.CommandLine;
using System.Globalization;
using Lakehouse;
using Orchestrator.Activities;
using Orchestrator.Activities.Steps;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator quarantine list|show</c>: rows that were kept aside, counted by rule, and samples of them as they were kept: classified values are <c>***</c>.</summary>
internal static class QuarantineCommand
{
    private static readonly Option<string?> Pipeline = new("--pipeline") { Description = "Only datasets of this pipeline." };
    private static readonly Option<string?> Dataset = new("--dataset") { Description = "Only this dataset, for example silver.cases." };
    private static readonly Option<string?> Partition = new("--partition") { Description = "Only this partition." };
    private static readonly Option<string?> Rule = new("--rule") { Description = "Only rows that break this rule." };
    private static readonly Option<int> Limit = new("--limit") { Description = "At most so many rows.", DefaultValueFactory = _ => 20 };

    public static Command Create()
    {
        var list = new Command("list", "Count rows that were kept aside, by dataset, partition and rule.") { Pipeline, Dataset, Partition, Rule };
        list.SetAction(ListAsync);
        var show = new Command("show", "Show rows that were kept aside, with reason and place in the source.") { Pipeline, Dataset, Partition, Rule, Limit };
        show.SetAction(ShowAsync);
        return new Command("quarantine", "Look at rows that were kept aside, and try them again.") { list, show, RedriveCommand.Create() };
    }

    private static async Task<int> ListAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var counts = new List<Count>();
        var specs = KnownPipelines.Load(GlobalOptions.Settings(call)).Specs;
        foreach (var table in await TablesAsync(call, cancellationToken))
        {
            // Each row counts once for each rule that it breaks.
            var result = await QueryAsync(call, $"SELECT dataset, \"partition\", rule, count(*) FROM (SELECT dataset, \"partition\", unnest(string_split(coalesce(rules, rule), ',')) AS rule FROM {table}) {Where(call, rule: "rule = ")} GROUP BY ALL", cancellationToken);
            counts.AddRange(result.Rows.Select(r => new Count((string)r[0]!, KeyOf(specs, (string)r[0]!, (string?)r[1]), (string?)r[2], Convert.ToInt64(r[3], CultureInfo.InvariantCulture))));
        }

        counts = [.. counts.OrderBy(c => c.Dataset, StringComparer.Ordinal).ThenBy(c => c.Partition, StringComparer.Ordinal).ThenBy(c => c.Rule, StringComparer.Ordinal)];
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(counts);
        }
        else if (counts.Count == 0)
        {
            Console.WriteLine("no row is kept aside");
        }
        else
        {
            TableText.Write(["dataset", "partition", "rule", "rows"], [.. counts.Select(c => (IReadOnlyList<object?>)[c.Dataset, c.Partition, c.Rule, c.Rows])]);
            Console.WriteLine("a row counts for each rule that it breaks; 'orchestrator quarantine show --dataset NAME' shows rows");
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> ShowAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var limit = Math.Max(1, call.GetValue(Limit));
        var rows = new List<Row>();
        var specs = KnownPipelines.Load(GlobalOptions.Settings(call)).Specs;
        foreach (var table in await TablesAsync(call, cancellationToken))
        {
            var result = await QueryAsync(
                call,
                $"SELECT dataset, \"partition\", coalesce(rules, rule), reason, source_uri, source_row, \"row\", run_id, contract_version FROM {table} {Where(call, rule: "list_contains(string_split(coalesce(rules, rule), ','), ", ")")} ORDER BY \"partition\", source_uri, source_row LIMIT {limit.ToString(CultureInfo.InvariantCulture)}",
                cancellationToken);
            rows.AddRange(result.Rows.Select(r => new Row(
                (string)r[0]!, KeyOf(specs, (string)r[0]!, (string?)r[1]), (string?)r[2], (string?)r[3], (string?)r[4], r[5] is null ? null : Convert.ToInt64(r[5], CultureInfo.InvariantCulture), (string?)r[6], (string?)r[7], (string?)r[8])));
        }

        rows = [.. rows.Take(limit)];
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(rows);
            return ExitCodes.Ok;
        }

        foreach (var row in rows)
        {
            Console.WriteLine($"{row.Dataset} {row.Partition}  {row.Rules}\n  {row.Reason}\n  {(row.SourceUri is null ? "its place in a file is not known: the table carries no _source_uri and _source_row" : $"{row.SourceUri}, record {row.SourceRow?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}")}\n  {row.Sample}\n");
        }

        Console.WriteLine(Amount.Of(rows.Count, "row"));
        return ExitCodes.Ok;
    }

    /// <summary>Quarantines of the datasets that are asked for.</summary>
    private static async Task<IReadOnlyList<string>> TablesAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var tables = (await new LakeRoot(settings.Lake).Tables.DatasetsAsync(cancellationToken)).Where(d => d.StartsWith(Lake.Quarantines, StringComparison.Ordinal));
        if (call.GetValue(Pipeline) is { } name)
        {
            var spec = KnownPipelines.Load(settings).Specs.FirstOrDefault(s => s.Name == name)
                ?? throw new UsageException($"--pipeline '{name}': no such pipeline under '{settings.Pipelines}'. Help: check the name, or give --pipelines.");
            var own = spec.Datasets.Select(d => Lake.QuarantineOf(d.Name)).ToHashSet(StringComparer.Ordinal);
            tables = tables.Where(own.Contains);
        }

        if (call.GetValue(Dataset) is { } dataset)
        {
            tables = tables.Where(t => t == Lake.QuarantineOf(dataset));
        }

        return [.. tables];
    }

    /// <summary>The key of the partition that a table holds as a value; the value itself where no pipeline that is known makes it.</summary>
    private static string? KeyOf(IReadOnlyList<PipelineSpec> specs, string dataset, string? value) => value is null
        ? null
        : specs.SelectMany(s => s.Datasets.Where(d => d.Name == dataset).Select(d => PartitionValues.KeyOf(s, d, value)?.Value)).OfType<string>().FirstOrDefault() ?? value;

    private static string Where(ParseResult call, string rule, string end = "")
    {
        var conditions = new List<string>();
        if (call.GetValue(Partition) is { } partition)
        {
            // Calls name a partition by its key, tables hold it as the value of a column.
            var values = KnownPipelines.Load(GlobalOptions.Settings(call)).Specs
                .SelectMany(s => s.Partitioning.Calendar.TryParse(partition, out var key) ? s.Datasets.Select(d => PartitionValues.Of(s, d, key)) : []);
            conditions.Add($"CAST(\"partition\" AS VARCHAR) IN ({string.Join(", ", values.Append(partition).Distinct().Select(Text))})");
        }

        if (call.GetValue(Rule) is { } name)
        {
            conditions.Add($"{rule}{Text(name)}{end}");
        }

        return conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
    }

    private static string Text(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private static Task<Lakehouse.DuckDb.DuckDbResult> QueryAsync(ParseResult call, string sql, CancellationToken cancellationToken) =>
        new LakeRoot(GlobalOptions.Settings(call).Lake).QueryAsync(sql, cancellationToken);

    /// <summary>Rows of one partition that break one rule.</summary>
    private sealed record Count(string Dataset, string? Partition, string? Rule, long Rows);

    /// <summary>One row that was kept aside.</summary>
    private sealed record Row(string Dataset, string? Partition, string? Rules, string? Reason, string? SourceUri, long? SourceRow, string? Sample, string? RunId, string? ContractVersion);
}
