using System.CommandLine;
using Orchestrator.Activities;
using Orchestrator.Catalog;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Workers;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator runs</c>: runs of pipelines, newest first, from the catalog where there is one, otherwise from the Temporal service.</summary>
internal static class RunsCommand
{
    /// <summary>How runs stand, in the words of <c>show</c>, and as the service calls it.</summary>
    private static readonly Dictionary<string, WorkflowExecutionStatus> Words = new(StringComparer.Ordinal)
    {
        ["running"] = WorkflowExecutionStatus.Running,
        ["completed"] = WorkflowExecutionStatus.Completed,
        ["failed"] = WorkflowExecutionStatus.Failed,
        ["cancelled"] = WorkflowExecutionStatus.Canceled,
        ["terminated"] = WorkflowExecutionStatus.Terminated,
        ["timed out"] = WorkflowExecutionStatus.TimedOut,
        ["continued as new"] = WorkflowExecutionStatus.ContinuedAsNew,
    };

    private static readonly Option<string?> Pipeline = new("--pipeline") { Description = "Only runs of this pipeline." };
    private static readonly Option<string?> Status = new Option<string?>("--status") { Description = "Only runs that stand so." }.AcceptOnlyFromAmong([.. Words.Keys]);
    private static readonly Option<int> Limit = new("--limit") { Description = "At most so many runs.", DefaultValueFactory = _ => 50 };

    public static Command Create()
    {
        var command = new Command("runs", "List runs, newest first.") { Pipeline, Status, Limit };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var choice = new Choice(call.GetValue(Pipeline), call.GetValue(Status), Math.Max(1, call.GetValue(Limit)));
        var page = await CatalogReader.TryAsync(settings, new LakeRoot(settings.Lake), database => OfCatalogAsync(database, settings, choice, cancellationToken), cancellationToken)
            ?? await OfServiceAsync(settings, choice, cancellationToken);
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(page.Runs);
        }
        else
        {
            TableText.Write(
                ["run", "status", "started (UTC)", "took", "run id"],
                [.. page.Runs.Select(r => (IReadOnlyList<object?>)[r.WorkflowId, r.Status, r.StartedAt, r.ClosedAt is { } close ? close - r.StartedAt : null, r.RunId])]);
            Console.WriteLine(page.All > page.Runs.Count ? $"{page.Runs.Count} of {page.All} runs; --limit shows more" : Amount.Of(page.All, "run"));
        }

        return ExitCodes.Ok;
    }

    /// <summary>Runs whose histories the service still has. It lists those that go on first, then the ones that ended last.</summary>
    private static async Task<Page> OfServiceAsync(LocalSettings settings, Choice choice, CancellationToken cancellationToken)
    {
        await using var stack = await LocalStack.ConnectAsync(settings, Logs.Open(settings.Logs, "runs", console: false), anyPort: true, cancellationToken);
        var query = choice.Query(choice.Status);
        var runs = await ListAsync(stack, query, choice.Limit, cancellationToken);
        return new Page(
            [.. runs.OrderByDescending(r => r.StartedAt)],
            runs.Count < choice.Limit ? runs.Count : (await stack.Client.CountWorkflowsAsync(query, new() { Rpc = new RpcOptions { CancellationToken = cancellationToken } })).Count);
    }

    /// <summary>All runs that ended, however long ago, and those that go on where a service is there: looking starts none.</summary>
    private static async Task<Page> OfCatalogAsync(CatalogDatabase database, LocalSettings settings, Choice choice, CancellationToken cancellationToken)
    {
        var open = new List<Run>();
        if (choice.Status is null or "running" && (settings.Address ?? await DevEndpoint.FindAsync(settings, cancellationToken)) is { } address)
        {
            await using var stack = await LocalStack.ConnectAsync(settings.ReachedAt(address), Logs.Open(settings.Logs, "runs", console: false), anyPort: true, cancellationToken);
            open = await ListAsync(stack, choice.Query("running"), int.MaxValue, cancellationToken);
        }

        if (choice.Status is not (null or "completed" or "failed"))
        {
            return new Page([.. open.OrderByDescending(r => r.StartedAt).Take(choice.Limit)], open.Count);
        }

        bool? failed = choice.Status is null ? null : choice.Status is "failed";
        var ended = await database.Runs.LatestAsync(choice.Limit, choice.Pipeline, failed, cancellationToken);
        var known = ended.Select(e => e.RunId).ToHashSet(StringComparer.Ordinal);
        open.RemoveAll(r => known.Contains(r.RunId));
        var all = open.Concat(ended.Select(e => new Run(e.WorkflowId, e.RunId, e.Status is "failed" ? "failed" : "completed", e.StartedAt, e.EndedAt)));
        return new Page([.. all.OrderByDescending(r => r.StartedAt).Take(choice.Limit)], open.Count + await database.Runs.CountAsync(choice.Pipeline, failed, cancellationToken));
    }

    private static async Task<List<Run>> ListAsync(LocalStack stack, string query, int limit, CancellationToken cancellationToken)
    {
        var runs = new List<Run>();
        await foreach (var run in stack.Client.ListWorkflowsAsync(query, new() { Limit = limit, Rpc = new RpcOptions { CancellationToken = cancellationToken } }))
        {
            runs.Add(new Run(run.Id, run.RunId, Words.First(w => w.Value == run.Status).Key, run.StartTime, run.CloseTime));
        }

        return runs;
    }

    /// <summary>Which runs are asked for.</summary>
    private sealed record Choice(string? Pipeline, string? Status, int Limit)
    {
        /// <summary>The same as the service understands it.</summary>
        public string Query(string? status) => $"WorkflowType = 'PipelineRun' AND WorkflowId STARTS_WITH 'run/{(Pipeline is null ? "" : Pipeline.Replace("'", "''", StringComparison.Ordinal) + "/")}'"
            + (status is null ? "" : $" AND ExecutionStatus = '{Words[status]}'");
    }

    /// <summary>The newest runs, and how many there are.</summary>
    private sealed record Page(IReadOnlyList<Run> Runs, long All);

    private sealed record Run(string WorkflowId, string RunId, string Status, DateTimeOffset StartedAt, DateTimeOffset? ClosedAt);
}
