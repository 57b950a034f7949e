using System.CommandLine;
using Orchestrator.Activities;
using Orchestrator.Catalog;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Workers;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator runs</c>: runs of pipelines, newest first, from the catalog where there is one, otherwise from the Temporal service.</summary>
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
        var (pipeline, limit) = (call.GetValue(Pipeline), call.GetValue(Limit));
        var page = await CatalogReader.TryAsync(settings, new LakeRoot(settings.Lake), database => OfCatalogAsync(database, settings, pipeline, limit, cancellationToken), cancellationToken)
            ?? await OfServiceAsync(settings, pipeline, limit, cancellationToken);
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(page.Runs);
        }
        else
        {
            TableText.Write(
                ["run", "status", "started (UTC)", "took", "run id"],
                [.. page.Runs.Select(r => (IReadOnlyList<object?>)[r.WorkflowId, r.Status, r.StartedAt, r.ClosedAt is { } close ? close - r.StartedAt : null, r.RunId])]);
            Console.WriteLine(page.All > page.Runs.Count ? $"{page.Runs.Count} of {page.All} runs" : $"{page.All} runs");
        }

        return ExitCodes.Ok;
    }

    /// <summary>Runs whose histories the service still has.</summary>
    private static async Task<Page> OfServiceAsync(LocalSettings settings, string? pipeline, int limit, CancellationToken cancellationToken)
    {
        await using var stack = await LocalStack.ConnectAsync(settings, Logs.Open(settings.Logs, "runs", console: false), anyPort: true, cancellationToken);
        var runs = await ListAsync(stack, "WorkflowType = 'PipelineRun'", pipeline, cancellationToken);
        return new Page([.. runs.OrderByDescending(r => r.StartedAt).Take(limit)], runs.Count);
    }

    /// <summary>All runs that ended, however long ago, and those that go on where a service is there: looking starts none.</summary>
    private static async Task<Page> OfCatalogAsync(CatalogDatabase database, LocalSettings settings, string? pipeline, int limit, CancellationToken cancellationToken)
    {
        var open = new List<Run>();
        if ((settings.Address ?? await DevEndpoint.FindAsync(settings, cancellationToken)) is { } address)
        {
            await using var stack = await LocalStack.ConnectAsync(settings.ReachedAt(address), Logs.Open(settings.Logs, "runs", console: false), anyPort: true, cancellationToken);
            open = await ListAsync(stack, "WorkflowType = 'PipelineRun' AND ExecutionStatus = 'Running'", pipeline, cancellationToken);
        }

        var ended = await database.Runs.LatestAsync(limit, pipeline, cancellationToken);
        var known = ended.Select(e => e.RunId).ToHashSet(StringComparer.Ordinal);
        open.RemoveAll(r => known.Contains(r.RunId));
        var all = open.Concat(ended.Select(e => new Run(e.WorkflowId, e.RunId, e.Status is "failed" ? "Failed" : "Completed", e.StartedAt, e.EndedAt)));
        return new Page([.. all.OrderByDescending(r => r.StartedAt).Take(limit)], open.Count + await database.Runs.CountAsync(pipeline, cancellationToken));
    }

    private static async Task<List<Run>> ListAsync(LocalStack stack, string query, string? pipeline, CancellationToken cancellationToken)
    {
        var prefix = pipeline is null ? "run/" : $"run/{pipeline}/";
        var runs = new List<Run>();
        await foreach (var run in stack.Client.ListWorkflowsAsync(query).WithCancellation(cancellationToken))
        {
            if (run.Id.StartsWith(prefix, StringComparison.Ordinal))
            {
                runs.Add(new Run(run.Id, run.RunId, run.Status.ToString(), run.StartTime, run.CloseTime));
            }
        }

        return runs;
    }

    /// <summary>The newest runs, and how many there are.</summary>
    private sealed record Page(IReadOnlyList<Run> Runs, long All);

    private sealed record Run(string WorkflowId, string RunId, string Status, DateTimeOffset StartedAt, DateTimeOffset? ClosedAt);
}
