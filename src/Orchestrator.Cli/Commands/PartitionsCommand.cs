using System.CommandLine;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Cli.Output;
using Orchestrator.Pipelines;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator partitions PIPELINE</c>: the state of every partition in every dataset, as a grid.</summary>
internal static class PartitionsCommand
{
    private const int Wide = 60;

    private static readonly Argument<string> Pipeline = new("pipeline") { Description = "Folder of the pipeline." };

    public static Command Create()
    {
        var command = new Command("partitions", "Show the state of every partition in every dataset.") { Pipeline, PlanCommand.Partitions };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var spec = PipelineLoader.Load(Path.GetFullPath(call.GetRequiredValue(Pipeline)));
        var selection = PlanCommand.Selection(spec, call.GetValue(PlanCommand.Partitions));
        var (states, _) = await new PartitionPlanner(spec, new LakeRoot(GlobalOptions.Settings(call).Lake)).StatesAsync(cancellationToken);
        var chosen = states.Where(s => selection.Holds(s.Partition)).Select(s => new PartitionLine(s)).ToArray();
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
                    reasons = c.Source.Reasons,
                    runId = c.Source.Last?.RunId,
                    endedAt = c.Source.Last?.EndedAt,
                    publishedAt = c.Source.Last?.PublishedAt,
                    rows = c.Source.Last?.RowsPublished,
                    quarantined = c.Source.Last?.RowsQuarantined,
                    datasets = datasets.ToDictionary(d => d, c.StateOf),
                }),
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
        return ExitCodes.Ok;
    }

    private static char Sign(string state) => state switch { "published" => '#', "stale" => '~', "failed" => 'x', _ => '.' };

    /// <summary>One partition as the grid shows it.</summary>
    private sealed record PartitionLine(PartitionState Source)
    {
        public string Name => Source.Partition.Value;

        public string State => Source.Last switch
        {
            null => "missing",
            { Status: RunStatus.Failed } => "failed",
            _ => Source.Reasons.Count > 0 ? "stale" : "published",
        };

        /// <summary>A run that failed has published some datasets or none: the others are as the last good run left them.</summary>
        public string StateOf(string dataset) => State != "failed" ? State
            : Source.Last!.Published.Any(p => p.Dataset == dataset) ? "published"
            : Source.Last.PublishedAt is null ? "failed" : "stale";
    }
}
