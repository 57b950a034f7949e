using System.CommandLine;
using Orchestrator.Activities.Contracts;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Stack;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator quarantine redrive PIPELINE</c>: rows that were kept aside are held against today's contracts and code.</summary>
internal static class RedriveCommand
{
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

        try
        {
            var handle = await stack.Client.StartWorkflowAsync(
                "Redrive", [request], new WorkflowOptions(request.WorkflowId, settings.TaskQueue) { StaticSummary = $"redrive of {request.Pipeline}{(request.Dataset is null ? "" : ": " + request.Dataset)}" });
            var report = await handle.WaitAsync<RedriveReport>(cancellationToken);
            Show(call, request, report);
            return report.Failed > 0 || report.Problems.Count > 0 ? ExitCodes.Failed : report.Held > 0 ? ExitCodes.Held : ExitCodes.Ok;
        }
        catch (WorkflowAlreadyStartedException e)
        {
            throw new FailedException($"'{e.WorkflowId}' goes on already, and its request may be another. Help: look at it with 'orchestrator show {e.WorkflowId}', and call again when it has ended.");
        }
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
