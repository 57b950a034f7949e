using System.CommandLine;
using Orchestrator.Activities;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator holds</c>: what waits for a decision, and what was decided.</summary>
internal static class HoldsCommand
{
    private static readonly Argument<string?> Pipeline = new("pipeline") { Description = "Only of this pipeline.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> All = new("--all") { Description = "Also what was decided already." };

    public static Command Create()
    {
        var command = new Command("holds", "List partitions that wait for a decision.") { Pipeline, All };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var lake = new LakeRoot(settings.Lake);
        var store = lake.Holds;
        var pipeline = call.GetValue(Pipeline);
        var holds = await store.OpenAsync(pipeline, cancellationToken);
        if (call.GetValue(All))
        {
            holds = [.. holds, .. await store.DecidedAsync(pipeline, cancellationToken)];
        }

        if (holds.Count == 0 && pipeline is not null)
        {
            var known = KnownPipelines.Load(settings);
            string[] names = [.. known.Specs.Select(s => s.Name), .. known.Broken.Select(b => Path.GetFileName(b.Folder))];
            if (!names.Contains(pipeline) && !(await lake.PipelinesAsync(cancellationToken)).Contains(pipeline))
            {
                throw new UsageException($"No pipeline '{pipeline}' in '{settings.Pipelines}', and nothing of it in '{settings.Lake}'. Expected one of: {string.Join(", ", names)}. {Nearest.Help(pipeline, names, "check the name, or give --pipelines")}");
            }
        }

        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(holds);
            return ExitCodes.Ok;
        }

        if (holds.Count == 0)
        {
            Console.WriteLine("Nothing waits for a decision.");
            return ExitCodes.Ok;
        }

        TableText.Write(
            ["run", "dataset", "hold", "rules", "since (UTC)", "until (UTC)", "may decide", "decision"],
            [.. holds.Select(h => (IReadOnlyList<object?>)
                [h.WorkflowId, h.Dataset, h.Version, string.Join(", ", h.Rules), h.RaisedAt, h.ExpiresAt, string.Join(", ", h.Approvers), h.Decision is { } d ? $"{d.Kind} by {d.By}: {d.Reason}" : null])]);
        return ExitCodes.Ok;
    }
}
