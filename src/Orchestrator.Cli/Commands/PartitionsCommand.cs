using System.CommandLine;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Planning;
using Orchestrator.Activities.Recording;
using Orchestrator.Activities.Windows;
using Orchestrator.Catalog;
using Orchestrator.Activities.Triggers;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Stack;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using LedgerState = Orchestrator.Catalog.Entities.PartitionState;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator partitions PIPELINE</c>: the state of every partition in every dataset, as a grid.</summary>
internal static class PartitionsCommand
{
    private const int Wide = 60;

    private static readonly Argument<string> Pipeline = new("pipeline") { Description = "Folder of the pipeline." };

    private static readonly Option<bool> Live = new("--live") { Description = "Compare with the sources now. Without a catalog it always does; with one the grid shows how the last runs left the partitions." };

    public static Command Create()
    {
        var command = new Command("partitions", "Show the state of every partition in every dataset.") { Pipeline, PlanCommand.Partitions, Live };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var spec = PipelineArgument.Load(settings, call.GetRequiredValue(Pipeline));
        var selection = PlanCommand.Selection(spec, call.GetValue(PlanCommand.Partitions));
        var lake = new LakeRoot(settings.Lake);
        var lines = (call.GetValue(Live) ? null : await CatalogReader.TryAsync(settings, lake, database => OfCatalogAsync(database, spec, lake, cancellationToken), cancellationToken))
            ?? await OfLakeAsync(spec, lake, cancellationToken);
        var chosen = lines.Where(l => selection.Holds(l.Partition)).ToArray();
        var notStarted = await NotStarted.ReadAsync(spec, new PipelineFolder(settings.Pipelines, settings.Environment), lake, [.. chosen.Where(c => c.State is not "published").Select(c => c.Name)], cancellationToken);
        var windows = spec.Lateness is null ? new Dictionary<string, WindowState>() : await new WindowStore(lake.Store).ReadAllAsync(spec.Name, cancellationToken);
        var datasets = spec.Datasets.Select(d => d.Name).ToArray();
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new
            {
                pipeline = spec.Name,
                datasets,
                counts = chosen.GroupBy(c => c.State).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count()),
                partitions = chosen.Select(c => new
                {
                    partition = c.Name,
                    state = c.State,
                    reasons = c.Reasons,
                    takenBack = c.Last is { TakenBack.Length: > 0 } taken ? taken.TakenBack : null,
                    runId = c.Last?.RunId,
                    endedAt = c.EndedAt,
                    publishedAt = c.Last?.PublishedAt,
                    rows = c.Rows,
                    quarantined = c.Last?.RowsQuarantined,
                    finalSince = windows.GetValueOrDefault(c.Name)?.SealedAt,
                    datasets = datasets.ToDictionary(d => d, c.StateOf),
                }),
                notStarted = notStarted.Count > 0 ? notStarted : null,
            });
            return ExitCodes.Ok;
        }

        foreach (var block in chosen.Chunk(Wide))
        {
            Console.WriteLine(block.Length == 1 ? block[0].Name : $"{block[0].Name} .. {block[^1].Name}");
            foreach (var dataset in datasets)
            {
                Console.WriteLine($"  {dataset.PadRight(datasets.Max(d => d.Length))}  {string.Concat(block.Select(c => Sign(c.StateOf(dataset))))}");
            }
        }

        var counts = chosen.GroupBy(c => c.State).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}");
        Console.WriteLine($"{spec.Name}: {(chosen.Length == 0 ? "no partition" : string.Join(", ", counts))}");
        Console.WriteLine("# published  ~ stale  x failed  . missing");
        foreach (var left in notStarted.Take(Wide))
        {
            Console.WriteLine($"not started by {left.By}{(left.Partition.Length > 0 ? ": " + left.Partition : "")}: {left.Reason}");
        }

        foreach (var taken in chosen.Where(c => c.Last is { TakenBack.Length: > 0 }).Take(Wide))
        {
            Console.WriteLine($"taken back: {taken.Name} {taken.Last!.TakenBack}");
        }

        if (chosen.Where(c => windows.GetValueOrDefault(c.Name)?.SealedAt is not null).Select(c => c.Name).ToArray() is { Length: > 0 } final)
        {
            Console.WriteLine($"{final.Length} final: {string.Join(", ", final.Take(Wide))}{(final.Length > Wide ? ", ..." : "")}");
        }

        return ExitCodes.Ok;
    }

    private static char Sign(string state) => state switch { "published" => '#', "stale" => '~', "failed" => 'x', _ => '.' };

    /// <summary>What the sources hold, compared with what the ledger says.</summary>
    private static async Task<IReadOnlyList<PartitionLine>> OfLakeAsync(PipelineSpec spec, LakeRoot lake, CancellationToken cancellationToken)
    {
        var (states, _) = await new PartitionPlanner(spec, lake).StatesAsync(cancellationToken);
        return [.. states.Select(s =>
        {
            var state = s.Last switch { null => "missing", { Status: RunStatus.Failed } => "failed", _ => s.Reasons.Count > 0 || s.Last.TakenBack.Length > 0 ? "stale" : "published" };

            // A run that failed has published some datasets or none: the others are as the last good run left them.
            return new PartitionLine(s.Partition, state, s.Last?.RowsPublished, s.Last?.EndedAt, d =>
                state != "failed" ? state : s.Last!.Published.Any(p => p.Dataset == d) ? "published" : s.Last.PublishedAt is null ? "failed" : "stale")
            { Reasons = s.Reasons, Last = s.Last };
        })];
    }

    /// <summary>How the last runs left them, as the catalog says, and whether today's code would make something else. Sources are not looked at: partitions that never ran are not among them.</summary>
    private static async Task<IReadOnlyList<PartitionLine>> OfCatalogAsync(CatalogDatabase database, PipelineSpec spec, LakeRoot lake, CancellationToken cancellationToken)
    {
        var apart = database.Ledger.ApartAsync(spec.Name, CatalogFollower.WholeRun, cancellationToken);
        var codes = await database.Ledger.CodesAsync(spec.Name, CatalogFollower.WholeRun, cancellationToken);
        var older = await new PartitionPlanner(spec, lake).StaleCodesAsync(codes, cancellationToken);
        var failed = (await apart).ToDictionary(u => (u.Dataset, u.Partition), u => u.State == LedgerState.Published ? "published" : u.IsPublished ? "stale" : "failed");
        var lines = new List<PartitionLine>();
        foreach (var cell in await database.Ledger.GridAsync(spec.Name, CatalogFollower.WholeRun, older.ToArray(), cancellationToken))
        {
            if (spec.Partitioning.Calendar.TryParse(cell.Partition, out var partition))
            {
                var state = cell.State == LedgerState.Failed ? "failed" : cell.IsStale || cell.IsOlderCode ? "stale" : "published";
                lines.Add(new PartitionLine(partition, state, cell.Rows, cell.UpdatedAt, d => state != "failed" ? state : failed.GetValueOrDefault((d, cell.Partition), "failed")));
            }
        }

        return lines;
    }

    /// <summary>One partition as the grid shows it.</summary>
    private sealed record PartitionLine(PartitionKey Partition, string State, long? Rows, DateTimeOffset? EndedAt, Func<string, string> StateOf)
    {
        public string Name => Partition.Value;

        public IReadOnlyList<RunReason> Reasons { get; init; } = [];

        public LedgerFact? Last { get; init; }
    }
}
