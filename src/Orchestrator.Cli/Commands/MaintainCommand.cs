using System.CommandLine;
using System.Globalization;
using Orchestrator.Activities.Contracts;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator maintain PIPELINE</c>: shows what there is to do to the tables, and does it when it is told to.</summary>
internal static class MaintainCommand
{
    private const int LowPriority = 5;

    private static readonly Argument<string> Pipeline = PipelineArgument.ByName();
    private static readonly Option<string?> Dataset = new("--dataset") { Description = "Only this dataset and its quarantine. Default: all of the pipeline." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only show what would be done." };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do it without asking." };

    public static Command Create()
    {
        var command = new Command("maintain", "Keep tables in shape by their policy: retire old partitions, compact small files, delete what nobody needs.") { Pipeline, Dataset, DryRun, Yes };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var request = new MaintainRequest { Pipeline = call.GetRequiredValue(Pipeline), Dataset = call.GetValue(Dataset), DryRun = true };
        await using var stack = await LocalStack.ConnectWithWorkerAsync(settings, "maintain", cancellationToken);
        if (call.GetValue(DryRun))
        {
            return Show(call, request, await ExecuteAsync(stack, settings, request, cancellationToken));
        }

        if (!call.GetValue(Yes))
        {
            var planned = await ExecuteAsync(stack, settings, request, cancellationToken);
            if (planned.Tables.All(t => t.Steps.Count == 0))
            {
                return Show(call, request, planned);
            }

            Write(Console.Error, request, planned);
            if (!Question.IsAgreed("Do it?"))
            {
                throw new UsageException($"'{request.Pipeline}' was looked at and nothing was done to its tables. Help: give --yes to do what is listed.");
            }
        }

        request = request with { DryRun = false };
        return Show(call, request, await ExecuteAsync(stack, settings, request, cancellationToken));
    }

    /// <summary>Starts the workflow, or attaches to the one that goes on already, and waits for its report.</summary>
    private static async Task<MaintainReport> ExecuteAsync(LocalStack stack, LocalSettings settings, MaintainRequest request, CancellationToken cancellationToken)
    {
        var handle = await stack.Client.StartWorkflowAsync(
            "Maintain",
            [request],
            new WorkflowOptions(request.WorkflowId, settings.TaskQueue)
            {
                StaticSummary = $"maintenance of {request.Pipeline}{(request.Dataset is null ? "" : ": " + request.Dataset)}",
                Priority = new Priority(priorityKey: LowPriority),
                IdConflictPolicy = Temporalio.Api.Enums.V1.WorkflowIdConflictPolicy.UseExisting,
            });
        return await handle.WaitAsync<MaintainReport>(cancellationToken);
    }

    private static int Show(ParseResult call, MaintainRequest request, MaintainReport report)
    {
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { maintain = request.WorkflowId, report });
        }
        else
        {
            Write(Console.Out, request, report);
        }

        return report.Tables.Any(t => t.Problems.Count > 0) ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static void Write(TextWriter to, MaintainRequest request, MaintainReport report)
    {
        to.WriteLine($"{request.WorkflowId}  {report.Phase}: {Amount.Of(report.Tables.Count, "table")}{(report.Tables.All(t => t.Steps.Count == 0) ? ", nothing to do" : "")}");
        foreach (var table in report.Tables)
        {
            foreach (var step in table.Steps)
            {
                to.WriteLine($"  {table.Table}  {Line(step, request.DryRun)}");
            }
        }

        foreach (var problem in report.Tables.SelectMany(t => t.Problems).Distinct())
        {
            to.WriteLine($"  problem: {problem}");
        }
    }

    private static string Line(MaintainStep s, bool isPlan)
    {
        var spared = s.Spared > 0 ? string.Create(CultureInfo.InvariantCulture, $", {s.Spared} spared") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{s.Kind.ToString().ToLowerInvariant()}: ") + s.Kind switch
        {
            MaintainStepKind.Retire => $"{Amount.Of(s.Partitions, "partition")}, {Files(s.Files, s.Bytes)}",
            MaintainStepKind.Compact => $"{Amount.Of(s.Partitions, "partition")}, {Files(s.Files, s.Bytes)}{(isPlan ? "" : " to " + Files(s.NewFiles, s.NewBytes))}",
            MaintainStepKind.Checkpoint => isPlan ? "of the newest version" : string.Create(CultureInfo.InvariantCulture, $"of version {s.Version}"),
            _ => Files(s.Files, s.Bytes) + spared,
        };
    }

    private static string Files(long count, long bytes) => string.Create(CultureInfo.InvariantCulture, $"{Amount.Of(count, "file")}, {bytes:N0} bytes");
}
