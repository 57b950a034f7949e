using System.CommandLine;
using Orchestrator.Activities.Contracts;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Stack;
using Orchestrator.Workers;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator worker</c>: a worker alone, against the configured address or a running <c>orchestrator dev</c>.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        var command = new Command("worker", "Run a worker until Ctrl+C.");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var address = settings.Address ?? await DevEndpoint.FindAsync(settings, cancellationToken)
            ?? throw new UnavailableException(
                "No Temporal service to work for. Help: give --address host:port, or start 'orchestrator dev' in the same folder.",
                new InvalidOperationException("no address"));
        var json = call.GetValue(GlobalOptions.Json);
        await using var stack = await LocalStack.ConnectAsync(settings.ReachedAt(address), Logs.Open(settings.Logs, "worker", console: !json), anyPort: false, cancellationToken);
        stack.StartWorker(settings);
        if (await stack.Attributes.MissingAsync(stack.Client, cancellationToken) is { Count: > 0 } missing)
        {
            await Console.Error.WriteLineAsync(
                $"Namespace '{settings.Namespace}' does not know search attributes of pipelines: runs work, and are not found by them.\nHelp: {PipelineAttributes.CommandFor(settings.Namespace, missing)}, then start the worker again.");
        }

        if (await stack.Attributes.OfAnotherTypeAsync(stack.Client, cancellationToken) is { Count: > 0 } others)
        {
            await Console.Error.WriteLineAsync(
                $"Namespace '{settings.Namespace}' has search attributes of pipelines with another type ({string.Join(", ", others.Select(o => o.Attribute.Name))}): runs work, and are not found by them.\nHelp: {PipelineAttributes.Mend(settings.Namespace, others)}, then start the worker again.");
        }

        if (json)
        {
            JsonOutput.Write(new { address, taskQueue = settings.TaskQueue, lake = settings.Lake });
        }
        else
        {
            Console.WriteLine($"Worker on task queue '{settings.TaskQueue}' of {address}, lake {settings.Lake}. Ctrl+C stops.");
        }

        await Until.StoppedAsync(stack.Worker, worker: true, cancellationToken);
        return ExitCodes.Ok;
    }
}
