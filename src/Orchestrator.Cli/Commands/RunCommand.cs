using System.CommandLine;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Runs;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Pipelines;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator run PIPELINE</c>: one workflow per missing partition, progress while they run, a summary at the end.</summary>
internal static class RunCommand
{
    private static readonly Argument<string> Pipeline = new("pipeline") { Description = "Folder of the pipeline, for example pipelines/covid." };
    private static readonly Option<string[]> Partitions = new("--partition") { Description = "Run only this partition; may be given several times.", AllowMultipleArgumentsPerToken = false };
    private static readonly Option<string?> From = new("--from") { Description = "First partition to consider." };
    private static readonly Option<string?> To = new("--to") { Description = "Last partition to consider." };
    private static readonly Option<bool> Force = new("--force") { Description = "Run also partitions whose inputs and code have not changed." };
    private static readonly Option<string?> Plan = new("--plan") { Description = "Run exactly what the plan of this hash says, or refuse when something has moved since (exit code 5)." };
    private static readonly Option<int?> Parallel = new("--parallel") { Description = "Partitions at once. Default: the pipeline's own setting." };

    public static Command Create()
    {
        var command = new Command("run", "Run every partition that is missing or whose inputs or code have changed.")
        {
            Pipeline, Partitions, From, To, Force, Plan, Parallel,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var (settings, spec) = PipelineArgument.LoadBesideOthers(call, Pipeline);
        var json = call.GetValue(GlobalOptions.Json);
        var selection = new PartitionSelection(call.GetValue(Partitions) ?? [], call.GetValue(From), call.GetValue(To), call.GetValue(Force));

        var started = TimeProvider.System.GetTimestamp();
        if (call.GetValue(Plan) is not null && (selection.Named.Count > 0 || selection.From is not null || selection.To is not null || selection.Force))
        {
            throw new UsageException("--plan says itself what runs. Help: leave out --partition, --from, --to and --force, or make another plan with 'orchestrator plan'.");
        }

        // A plan that is made before another command has ended would be one of another world.
        await LocalStack.WaitForOthersAsync(settings, cancellationToken);
        var batch = call.GetValue(Plan) is { } hash
            ? await RunBatch.OfPlanAsync(spec, settings, hash, cancellationToken)
            : await RunBatch.PlanAsync(spec, settings, selection, cancellationToken);
        var screen = Screen.For(json);
        screen.Begin(batch);
        string? address = null;
        if (batch.ToRun.Count > 0)
        {
            await using var stack = await LocalStack.ConnectWithWorkerAsync(settings, "run", cancellationToken);

            address = stack.Address;
            await screen.ShowAsync(() => batch.RunAsync(stack, settings, call.GetValue(Parallel) ?? spec.Concurrency, screen, cancellationToken));
        }

        var summary = await RunSummary.MakeAsync(batch, settings, TimeProvider.System.GetElapsedTime(started), address, cancellationToken);
        screen.End(summary);
        return summary.Failed > 0 ? ExitCodes.Failed : summary.Held > 0 ? ExitCodes.Held : ExitCodes.Ok;
    }
}
