using System.CommandLine;
using Orchestrator.Activities;
using Orchestrator.Activities.Recording;
using Orchestrator.Activities.Windows;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Runs;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Workers;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator show RUN</c>: one run with its steps, read from its history, or from the lake where the service keeps that no longer.</summary>
internal static class ShowCommand
{
    private static readonly Argument<string> Run = new("run") { Description = "Workflow id of the run, for example run/covid/2020-03-22." };
    private static readonly Option<string?> RunId = new("--run-id") { Description = "Which run of that workflow id. Default: the newest." };

    public static Command Create()
    {
        var command = new Command("show", "Show one run with its steps.") { Run, RunId };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        await using var stack = await LocalStack.ConnectAsync(settings, Logs.Open(settings.Logs, "show", console: false), anyPort: true, cancellationToken);
        var id = call.GetRequiredValue(Run);
        var handle = stack.Client.GetWorkflowHandle(id, call.GetValue(RunId));
        RunHistory history;
        try
        {
            var events = await handle.FetchHistoryAsync();
            history = RunHistory.Read(events);
            if (history.Steps.Any(s => s.Outcome == "running"))
            {
                var now = await stack.Client.WorkflowService.DescribeWorkflowExecutionAsync(
                    new() { Namespace = settings.Namespace, Execution = new() { WorkflowId = id, RunId = history.RunId } },
                    new RpcOptions { Retry = true, CancellationToken = cancellationToken });
                history = history.With(events, now.PendingActivities);
            }
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            history = await RecordedAsync(settings, id, call.GetValue(RunId), cancellationToken) is { } recorded
                ? RunHistory.Of(recorded)
                : throw new FailedException($"No run '{id}' at {stack.Address}, namespace '{settings.Namespace}'. Help: 'orchestrator runs' lists those there are.");
        }

        var window = id.Split('/') is ["window", var pipeline, var partition]
            ? await new WindowStore(new LakeRoot(settings.Lake).Store).ReadAsync(pipeline, partition, cancellationToken)
            : null;
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(history with { Window = window });
            return ExitCodes.Ok;
        }

        Console.WriteLine($"{history.WorkflowId}  {history.Status}  run {history.RunId}");
        TableText.Write(
            ["step", "dataset", "outcome", "attempt", "started (UTC)", "took", "failure"],
            [.. history.Steps.Select(s => (IReadOnlyList<object?>)[s.Step, s.Dataset, s.Outcome, s.Attempt, s.StartedAt, s.Took, s.Failure?.Split('\n')[0]])]);
        if (window is not null)
        {
            Console.WriteLine();
            WindowText.Write([window]);
            WindowText.WriteDetails(window);
        }

        if (history.Failure is { } failure)
        {
            Console.WriteLine($"\n{failure}");
        }

        return ExitCodes.Ok;
    }

    /// <summary>What the lake keeps of a run that ended; null when it is no run, or none that ended.</summary>
    private static async Task<RecordedRun?> RecordedAsync(LocalSettings settings, string id, string? runId, CancellationToken cancellationToken) =>
        id.Split('/', 3) is ["run", var pipeline, var partition] ? await new LakeRoot(settings.Lake).Runs.FindAsync(pipeline, partition, runId, cancellationToken) : null;
}
