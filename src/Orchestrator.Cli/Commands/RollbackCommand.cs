using System.CommandLine;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.RollingBack;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator rollback PIPELINE PARTITION</c>: shows what taking back the last publish would do, and does it when it is told to.</summary>
internal static class RollbackCommand
{
    private static readonly Argument<string> Pipeline = new("pipeline") { Description = "Folder of the pipeline, for example pipelines/covid." };
    private static readonly Argument<string> Partition = new("partition") { Description = "The partition, for example 2020-03-22." };
    private static readonly Option<string> Reason = new("--reason") { Description = "Why.", Required = true };
    private static readonly Option<string?> By = new("--by") { Description = "Who wants it. Default: the user of this session." };
    private static readonly Option<string?> Run = new("--run") { Description = "Run that was looked at; when another one has published since, nothing is done. Default: the last one." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only show what would be done." };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do it without asking." };

    public static Command Create()
    {
        var command = new Command("rollback", "Take back what the last run published of a partition; what was made from it counts as stale.") { Pipeline, Partition, Reason, By, Run, DryRun, Yes };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var (settings, spec) = PipelineArgument.LoadBesideOthers(call, Pipeline);
        var request = new RollbackRequest
        {
            Pipeline = spec.Name,
            Partition = call.GetRequiredValue(Partition),
            By = call.GetValue(By) ?? Environment.UserName,
            Reason = call.GetRequiredValue(Reason),
            RunId = call.GetValue(Run),
        };
        try
        {
            var plan = await new RollbackPlanner(spec, new LakeRoot(settings.Lake)).RunAsync(request, cancellationToken);
            var shown = plan with { Tables = [.. plan.Tables.Select(t => t with { Partitions = KeysOf(spec, t, t.Partitions), Remade = KeysOf(spec, t, t.Remade) })] };
            if (call.GetValue(DryRun))
            {
                return Show(call, shown, null);
            }

            if (!call.GetValue(Yes))
            {
                Write(Console.Error, shown, null);
                if (!Question.IsAgreed("Do it?"))
                {
                    throw new UsageException($"'{request.WorkflowId}' was looked at and nothing was taken back. Help: give --yes to do what is listed.");
                }
            }

            // What was shown is what is done: another run that publishes meanwhile is not taken back.
            request = request with { RunId = plan.RunId };
            await using var stack = await LocalStack.ConnectWithWorkerAsync(settings, "rollback", cancellationToken);
            var handle = await stack.Client.StartWorkflowAsync(
                "Rollback", [request], new WorkflowOptions(request.WorkflowId, settings.TaskQueue) { StaticSummary = $"rollback of {spec.Name} {request.Partition}" });
            return Show(call, shown, await handle.WaitAsync<RunResult>(cancellationToken));
        }
        catch (WorkflowAlreadyStartedException e)
        {
            throw new FailedException($"'{e.WorkflowId}' goes on, nothing was taken back. Help: look at it with 'orchestrator show {e.WorkflowId}', and call again when it has ended.");
        }
    }

    /// <summary>Partitions as people name them: tables hold them as values of a column.</summary>
    private static IReadOnlyList<string> KeysOf(PipelineSpec spec, RollbackTable table, IReadOnlyList<string> values) =>
        [.. values.Select(v => PartitionValues.KeyOf(spec, spec.Dataset(table.Dataset), v)?.Value ?? v)];

    private static int Show(ParseResult call, RollbackPlan plan, RunResult? result)
    {
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { rollback = plan.Request.WorkflowId, runId = plan.RunId, done = result is not null, tables = plan.Tables, readers = plan.Readers, datasets = result?.Datasets });
        }
        else
        {
            Write(Console.Out, plan, result);
        }

        return ExitCodes.Ok;
    }

    private static void Write(TextWriter to, RollbackPlan plan, RunResult? result)
    {
        to.WriteLine($"{plan.Request.WorkflowId}  run {plan.RunId} {(result is null ? "would be" : "is")} taken back");
        foreach (var table in plan.Tables)
        {
            to.WriteLine($"  {table.Table}  version {table.Version}: {string.Join(", ", table.Partitions)}{(table.Remade.Count > 0 ? $"; made again since and left: {string.Join(", ", table.Remade)}" : "")}");
        }

        foreach (var reader in plan.Readers)
        {
            to.WriteLine($"  {(result is null ? "would count" : "counts")} as stale: {reader.Pipeline} {reader.Partition}, made from {reader.Dataset}");
        }
    }
}
