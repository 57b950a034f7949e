using System.CommandLine;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Stack;
using Orchestrator.Workers;
using Temporalio.Client;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator runs</c>: runs of pipelines, newest first, from the Temporal service.</summary>
internal static class RunsCommand
{
    private static readonly Option<string?> Pipeline = new("--pipeline") { Description = "Only runs of this pipeline." };
    private static readonly Option<int> Limit = new("--limit") { Description = "At most so many runs.", DefaultValueFactory = _ => 50 };

    public static Command Create()
    {
        var command = new Command("runs", "List runs, newest first.") { Pipeline, Limit };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        await using var stack = await LocalStack.ConnectAsync(settings, Logs.Open(settings.Logs, "runs", console: false), anyPort: true, cancellationToken);
        var prefix = call.GetValue(Pipeline) is { } name ? $"run/{name}/" : "run/";
        var runs = new List<WorkflowExecution>();
        await foreach (var run in stack.Client.ListWorkflowsAsync("WorkflowType = 'PipelineRun'").WithCancellation(cancellationToken))
        {
            if (run.Id.StartsWith(prefix, StringComparison.Ordinal))
            {
                runs.Add(run);
            }
        }

        var shown = runs.OrderByDescending(r => r.StartTime).Take(call.GetValue(Limit)).ToArray();
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(shown.Select(r => new
            {
                workflowId = r.Id,
                runId = r.RunId,
                status = r.Status.ToString(),
                startedAt = r.StartTime,
                closedAt = r.CloseTime,
            }));
        }
        else
        {
            TableText.Write(
                ["run", "status", "started (UTC)", "took", "run id"],
                [.. shown.Select(r => (IReadOnlyList<object?>)[r.Id, r.Status.ToString(), r.StartTime, r.CloseTime is { } close ? close - r.StartTime : null, r.RunId])]);
            Console.WriteLine(runs.Count > shown.Length ? $"{shown.Length} of {runs.Count} runs" : $"{runs.Count} runs");
        }

        return ExitCodes.Ok;
    }
}
