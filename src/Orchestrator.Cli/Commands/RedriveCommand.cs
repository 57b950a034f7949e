using System.CommandLine;
using Orchestrator.Activities.Contracts;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator quarantine redrive PIPELINE</c>: rows that were kept aside are held against today's contracts and code.</summary>
internal static class RedriveCommand
{
    private const int Questions = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private static readonly Argument<string> Pipeline = PipelineArgument.ByName();
    private static readonly Option<string?> Dataset = new("--dataset") { Description = "Only rows of this dataset." };
    private static readonly Option<string?> Partition = new("--partition") { Description = "Only rows of this partition." };
    private static readonly Option<string?> Rule = new("--rule") { Description = "Only partitions with rows that break this rule." };
    private static readonly Option<int?> Concurrency = new("--concurrency") { Description = "Runs at once. Default: the pipeline's own number." };

    public static Command Create()
    {
        var command = new Command("redrive", "Run the partitions again whose rows are kept aside, and tell which rows are fixed.") { Pipeline, Dataset, Partition, Rule, Concurrency };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var request = new RedriveRequest
        {
            Pipeline = call.GetRequiredValue(Pipeline),
            Dataset = call.GetValue(Dataset),
            Partition = call.GetValue(Partition),
            Rule = call.GetValue(Rule),
            Concurrency = call.GetValue(Concurrency),
        };
        await using var stack = await LocalStack.ConnectWithWorkerAsync(settings, "redrive", cancellationToken);

        var report = await (await StartAsync(stack, settings, request, cancellationToken)).WaitAsync<RedriveReport>(cancellationToken);
        Show(call, request, report);
        return report.Failed > 0 || report.Problems.Count > 0 ? ExitCodes.Failed : report.Held > 0 ? ExitCodes.Held : ExitCodes.Ok;
    }

    /// <summary>Starts the workflow, or attaches to the one that goes on already when it was asked for the same rows.</summary>
    private static async Task<WorkflowHandle> StartAsync(LocalStack stack, LocalSettings settings, RedriveRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await stack.Client.StartWorkflowAsync(
                "Redrive", [request], new WorkflowOptions(request.WorkflowId, settings.TaskQueue) { StaticSummary = $"redrive of {request.Pipeline}{(request.Dataset is null ? "" : ": " + request.Dataset)}" });
        }
        catch (WorkflowAlreadyStartedException e)
        {
            var open = stack.Client.GetWorkflowHandle(e.WorkflowId, e.RunId);
            var known = await RequestOfAsync(open, cancellationToken);
            if (known?.IsAboutTheSame(request) == true)
            {
                await Console.Error.WriteLineAsync($"'{e.WorkflowId}' goes on already: waiting for it.");
                return open;
            }

            throw new FailedException($"'{e.WorkflowId}' goes on already {(known is null ? "and does not say for which rows" : $"for {Words(known)}")}. Help: look at it with 'orchestrator show {e.WorkflowId}', and call again when it has ended.");
        }
    }

    /// <summary>What an open redrive was asked for; null when nobody tells. Its worker may just have been started.</summary>
    private static async Task<RedriveRequest?> RequestOfAsync(WorkflowHandle open, CancellationToken cancellationToken)
    {
        for (var left = Questions; left > 0; left--)
        {
            if (await open.TryQueryAsync<RedriveRequest>("request", cancellationToken) is { } request)
            {
                return request;
            }

            await Task.Delay(Pause, cancellationToken);
        }

        return null;
    }

    private static string Words(RedriveRequest request)
    {
        string[] parts = [.. new[] { request.Partition is { } p ? $"partition '{p}'" : null, request.Rule is { } r ? $"rule '{r}'" : null }.OfType<string>()];
        return parts.Length == 0 ? "all rows" : string.Join(" and ", parts);
    }

    private static void Show(ParseResult call, RedriveRequest request, RedriveReport report)
    {
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { redrive = request.WorkflowId, report });
            return;
        }

        if (report.Outcomes.Count > 0)
        {
            TableText.Write(
                ["dataset", "partition", "rule", "before", "fixed", "still failing", "new"],
                [.. report.Outcomes.SelectMany(o => o.Rules.Select(r => (IReadOnlyList<object?>)[o.Dataset, o.Partition, r.Rule, r.Before, r.Fixed, r.StillFailing, r.New]))]);
        }

        Console.WriteLine(report.Partitions == 0
            ? "nothing to do: no row of the request is kept aside"
            : $"{Amount.Of(report.Partitions, "partition")}: {report.Published} published, {report.Failed} failed, {report.Held} held; of {Amount.Of(report.Outcomes.Sum(o => o.Before), "row")} kept aside {report.Outcomes.Sum(o => o.Released)} released, {report.Outcomes.Sum(o => o.StillFailing)} still failing; {report.Outcomes.Sum(o => o.New)} new");
        foreach (var problem in report.Problems)
        {
            Console.WriteLine($"problem: {problem}");
        }
    }
}
