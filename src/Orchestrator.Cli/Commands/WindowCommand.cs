using System.CommandLine;
using System.Globalization;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Windows;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Pipelines;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator window feed|list|show|extend</c>: late data of partitions, and their seals.</summary>
internal static class WindowCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private static readonly Argument<string> Folder = new("pipeline") { Description = "Folder of the pipeline." };
    private static readonly Argument<string> Name = PipelineArgument.ByName();
    private static readonly Argument<string> Partition = new("partition") { Description = "The partition, for example 2020-03-22." };
    private static readonly Option<bool> Wait = new("--wait") { Description = "Stay until what was found is worked in." };
    private static readonly Option<string> Until = new("--until") { Description = "When the partition is to be sealed, as 2026-01-31 or 2026-01-31T12:00:00Z (UTC).", Required = true };
    private static readonly Option<string> Reason = new("--reason") { Description = "Why.", Required = true };
    private static readonly Option<string?> By = new("--by") { Description = "Who extends it. Default: the user of this session." };

    public static Command Create()
    {
        var feed = new Command("feed", "Look through the sources and tell the windows what is new, has changed or went.") { Folder, Wait };
        feed.SetAction(FeedAsync);
        var list = new Command("list", "List the windows of a pipeline.") { Name };
        list.SetAction(ListAsync);
        var show = new Command("show", "Show a partition's window: what arrived how late, what was made again, when it seals.") { Name, Partition };
        show.SetAction(ShowAsync);
        var extend = new Command("extend", "Seal a partition later than its pipeline says.") { Name, Partition, Until, Reason, By };
        extend.SetAction(ExtendAsync);
        return new Command("window", "Late data: what came after its time, and what is final.") { feed, list, show, extend };
    }

    private static async Task<int> FeedAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var spec = PipelineArgument.Load(settings, call.GetRequiredValue(Folder));
        if (spec.Lateness is null)
        {
            throw new UsageException($"Pipeline '{spec.Name}' has no windows: its pipeline.yaml does not say how late data may come. Help: declare 'lateness'.");
        }

        await using var stack = await LocalStack.ConnectWithWorkerAsync(settings, "window", cancellationToken);
        var found = await new WindowFeed(spec, new LakeRoot(settings.Lake)).RunAsync(stack.Client, settings.TaskQueue, cancellationToken);
        var states = new List<WindowState>();
        foreach (var partition in call.GetValue(Wait) ? found.Windows : [])
        {
            states.Add(await WorkedInAsync(stack.Client.GetWorkflowHandle(new WindowRequest(spec.Name, partition).WorkflowId), cancellationToken));
        }

        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { pipeline = spec.Name, windows = found.Windows, arrivals = found.Arrivals, ignored = found.Ignored, states });
        }
        else
        {
            Console.WriteLine($"{spec.Name}: {Amount.Of(found.Arrivals, "arrival")} in {Amount.Of(found.Windows.Count, "partition")}");
            Write(states);
            foreach (var ignored in found.Ignored)
            {
                Console.WriteLine($"no partition: {ignored}");
            }
        }

        return states.Any(s => s.Restates.LastOrDefault() is { Failed: > 0 }) ? ExitCodes.Failed : states.Any(s => s.Restates.LastOrDefault() is { Held: > 0 }) ? ExitCodes.Held : ExitCodes.Ok;
    }

    /// <summary>Waits until nothing is left to work in, and a window whose time is over is sealed, unless something failed or is held: then it tries again much later.</summary>
    private static async Task<WindowState> WorkedInAsync(WorkflowHandle handle, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await handle.TryQueryAsync<WindowState>("state", cancellationToken) is { Pending.Count: 0, Policy: { } policy } state
                && (state.SealedAt is not null || policy.SealsAt > TimeProvider.System.GetUtcNow() || state.Restates.LastOrDefault() is { Failed: > 0 } or { Held: > 0 }))
            {
                return state;
            }

            await Task.Delay(Poll, cancellationToken);
        }
    }

    private static async Task<int> ListAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var (settings, name) = (GlobalOptions.Settings(call), call.GetRequiredValue(Name));
        var windows = await new WindowStore(new LakeRoot(settings.Lake).Store).ReadAllAsync(name, cancellationToken);
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(windows.Values);
            return ExitCodes.Ok;
        }

        if (windows.Count == 0)
        {
            Console.WriteLine($"No windows of '{name}' in '{settings.Lake}'. Help: 'orchestrator window feed {name}' looks through the sources and begins them.");
            return ExitCodes.Ok;
        }

        Write([.. windows.Values]);
        return ExitCodes.Ok;
    }

    private static async Task<int> ShowAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var (name, partition) = (call.GetRequiredValue(Name), call.GetRequiredValue(Partition));
        if (await new WindowStore(new LakeRoot(settings.Lake).Store).ReadAsync(name, partition, cancellationToken) is not { } state)
        {
            throw new FailedException($"Partition '{partition}' of '{name}' has no window in '{settings.Lake}'. Help: 'orchestrator window list {name}' lists those there are.");
        }

        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(state);
            return ExitCodes.Ok;
        }

        Write([state]);
        WindowText.WriteDetails(state);
        return ExitCodes.Ok;
    }

    private static async Task<int> ExtendAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        var text = call.GetRequiredValue(Until);
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until))
        {
            throw new UsageException($"--until '{text}': expected a time such as 2026-01-31 or 2026-01-31T12:00:00Z.");
        }

        var request = new WindowRequest(call.GetRequiredValue(Name), call.GetRequiredValue(Partition));
        await using var stack = await LocalStack.ConnectWithWorkerAsync(settings, "window", cancellationToken);
        try
        {
            var state = await stack.Client.GetWorkflowHandle(request.WorkflowId).ExecuteUpdateAsync<WindowState>(
                "extend",
                [new WindowExtension { Until = until, By = call.GetValue(By) ?? Environment.UserName, Reason = call.GetRequiredValue(Reason) }],
                new WorkflowUpdateOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
            if (call.GetValue(GlobalOptions.Json))
            {
                JsonOutput.Write(state);
            }
            else
            {
                Console.WriteLine($"{request.WorkflowId} seals at {until:u}");
            }

            return ExitCodes.Ok;
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            throw new FailedException($"No open window '{request.WorkflowId}' at {stack.Address}, namespace '{settings.Namespace}'. Help: 'orchestrator window list {request.Pipeline}' lists those there were; a sealed one is not extended.");
        }
    }

    private static void Write(IReadOnlyList<WindowState> states)
    {
        if (states.Count > 0)
        {
            WindowText.Write(states);
        }
    }
}
