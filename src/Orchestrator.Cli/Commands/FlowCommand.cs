using System.CommandLine;
using System.Globalization;
using Orchestrator.Activities.Contracts;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator flow ...</c>: concurrency groups, who has their permits, and their circuit breakers.</summary>
internal static class FlowCommand
{
    private static readonly Argument<string> Group = new("group") { Description = "Name of the concurrency group." };
    private static readonly Option<string?> Capacity = new("--capacity") { Description = "Steps at once; 0 lets none begin; 'declared' goes back to what pipelines say." };
    private static readonly Option<string?> Rate = new("--rate") { Description = "Steps that may begin in a minute; 'declared' goes back to what pipelines say." };
    private static readonly Option<string[]> Weights = new("--weight") { Description = "A tenant's share, as TENANT=3; may be given several times." };
    private static readonly Option<string> Reason = new("--reason") { Description = "Why.", Required = true };
    private static readonly Option<string?> By = new("--by") { Description = "Who does it. Default: the user of this session." };
    private static readonly Option<double?> Minutes = new("--for") { Description = "Minutes until one try is let through. Default: as pipelines declare, or 60." };

    public static Command Create()
    {
        var command = new Command("flow", "Concurrency groups: who may begin, who waits and why.");
        var list = new Command("list", "List all groups that somebody has asked for a permit.");
        list.SetAction(ListAsync);
        var show = new Command("show", "Show who has a group's permits and who waits for them.") { Group };
        show.SetAction(ShowAsync);
        var set = new Command("set", "Change a group while runs go on; permits that are out stay out.") { Group, Capacity, Rate, Weights };
        set.SetAction(SetAsync);
        var open = new Command("open", "Open a group's circuit breaker: no step begins until it is closed or its time is over.") { Group, Reason, By, Minutes };
        open.SetAction((call, token) => OrderAsync("open", call, token));
        var close = new Command("close", "Close a group's circuit breaker.") { Group, Reason, By };
        close.SetAction((call, token) => OrderAsync("close", call, token));
        foreach (var inner in new[] { list, show, set, open, close })
        {
            command.Subcommands.Add(inner);
        }

        return command;
    }

    private static async Task<int> ListAsync(ParseResult call, CancellationToken cancellationToken)
    {
        await using var stack = await LocalStack.ConnectWithWorkerAsync(GlobalOptions.Settings(call), "flow", cancellationToken);
        var groups = new List<SemaphoreView>();
        await foreach (var run in stack.Client.ListWorkflowsAsync($"WorkflowType = '{FlowIds.SemaphoreType}' AND ExecutionStatus = 'Running'", new() { Rpc = new RpcOptions { CancellationToken = cancellationToken } }))
        {
            groups.Add(await stack.Client.GetWorkflowHandle(run.Id).QueryAsync<SemaphoreView>("state", []));
        }

        groups.Sort((a, b) => string.CompareOrdinal(a.Group, b.Group));
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(groups);
        }
        else if (groups.Count == 0)
        {
            Console.WriteLine("No step has asked for a permit of a concurrency group yet.");
        }
        else
        {
            TableText.Write(
                ["group", "out", "capacity", "a minute", "wait", "breaker", "why"],
                [.. groups.Select(g => (IReadOnlyList<object?>)[g.Group, g.Leases.Count, g.Capacity, g.RatePerMinute, g.WaitingCount, Words(g.Breaker.Phase), g.WaitingCount > 0 || g.Breaker.Phase is not BreakerPhase.Closed ? g.Blocked : null])]);
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> ShowAsync(ParseResult call, CancellationToken cancellationToken)
    {
        await using var stack = await LocalStack.ConnectWithWorkerAsync(GlobalOptions.Settings(call), "flow", cancellationToken);
        var group = call.GetRequiredValue(Group);
        try
        {
            Write(call, await stack.Client.GetWorkflowHandle(FlowIds.Semaphore(group)).QueryAsync<SemaphoreView>("state", [], new WorkflowQueryOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } }));
            return ExitCodes.Ok;
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            throw new FailedException($"No step has asked for a permit of group '{group}' yet. Help: 'orchestrator flow list' lists the groups; a group begins with the first step that belongs to it, or with 'orchestrator flow set'.");
        }
    }

    private static async Task<int> SetAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var settings = new PermitSettings
        {
            Capacity = Number("--capacity", call.GetValue(Capacity)),
            RatePerMinute = Number("--rate", call.GetValue(Rate)),
            Weights = (call.GetValue(Weights) ?? []).Select(Weight).ToDictionary(w => w.Tenant, w => w.Weight),
        };
        if (settings is { Capacity: null, RatePerMinute: null, Weights.Count: 0 })
        {
            throw new UsageException("flow set: expected --capacity, --rate or --weight. Help: give at least one of them.");
        }

        var (group, local) = (call.GetRequiredValue(Group), GlobalOptions.Settings(call));
        await using var stack = await LocalStack.ConnectWithWorkerAsync(local, "flow", cancellationToken);
        var start = WithStartWorkflowOperation.Create(
            FlowIds.SemaphoreType,
            [new SemaphoreState { Group = group }],
            new WorkflowOptions(FlowIds.Semaphore(group), local.TaskQueue) { IdConflictPolicy = Temporalio.Api.Enums.V1.WorkflowIdConflictPolicy.UseExisting });
        return await UpdateAsync(async () => Write(call, await stack.Client.ExecuteUpdateWithStartWorkflowAsync<SemaphoreView>("set", [settings], new WorkflowUpdateWithStartOptions(start))));
    }

    private static async Task<int> OrderAsync(string kind, ParseResult call, CancellationToken cancellationToken)
    {
        var (group, local) = (call.GetRequiredValue(Group), GlobalOptions.Settings(call));
        var order = new BreakerOrder(call.GetValue(By) ?? Environment.UserName, call.GetRequiredValue(Reason), kind is "open" && call.GetValue(Minutes) is { } minutes ? TimeSpan.FromMinutes(minutes) : null);
        await using var stack = await LocalStack.ConnectWithWorkerAsync(local, "flow", cancellationToken);
        var start = WithStartWorkflowOperation.Create(
            FlowIds.BreakerType,
            [new BreakerStart(group)],
            new WorkflowOptions(FlowIds.Breaker(group), local.TaskQueue) { IdConflictPolicy = Temporalio.Api.Enums.V1.WorkflowIdConflictPolicy.UseExisting });
        return await UpdateAsync(async () =>
        {
            var state = await stack.Client.ExecuteUpdateWithStartWorkflowAsync<BreakerState>(kind, [order], new WorkflowUpdateWithStartOptions(start));
            if (call.GetValue(GlobalOptions.Json))
            {
                JsonOutput.Write(new { group, breaker = state });
            }
            else
            {
                Console.WriteLine($"{group}: breaker {Words(state.Phase)}{(state.OpenUntil is { } until ? $" until {TableText.Cell(until)}" : "")}{(state.Why is { } why ? $", {why}" : "")}");
            }
        });
    }

    private static async Task<int> UpdateAsync(Func<Task> update)
    {
        await update();
        return ExitCodes.Ok;
    }

    private static void Write(ParseResult call, SemaphoreView view)
    {
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(view);
            return;
        }

        Console.WriteLine($"{view.Group}: {view.Leases.Count} of {view.Capacity} permits are out ({(view.CapacityIsSet ? "set by hand" : "as declared")}), {view.WaitingCount} wait, {(view.RatePerMinute is { } rate ? $"{rate} a minute" : "no rate")}, breaker {Words(view.Breaker.Phase)}");
        if (view.Blocked is { } blocked)
        {
            Console.WriteLine($"nothing begins now: {blocked}");
        }

        if (view.Leases.Count + view.Waiting.Count > 0)
        {
            Console.WriteLine();
            TableText.Write(
                ["run", "step", "state", "lane", "tenant", "since (UTC)"],
                [
                    .. view.Leases.Select(l => (IReadOnlyList<object?>)[l.Request.WorkflowId, l.Request.Step, l.IsProbe ? "one try" : "has a permit", Words(l.Request.Lane), l.Request.Tenant, l.Since]),
                    .. view.Waiting.Select(w => (IReadOnlyList<object?>)[w.Request.WorkflowId, w.Request.Step, "waits", Words(w.Request.Lane), w.Request.Tenant, w.Since]),
                ]);
        }
    }

    private static string Words<T>(T value)
        where T : struct, Enum => (object)value is BreakerPhase.HalfOpen ? "half-open" : value.ToString().ToLowerInvariant();

    private static int? Number(string option, string? text) => text switch
    {
        null => null,
        "declared" => -1,
        _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new UsageException($"{option} '{text}': expected a whole number from 0, or 'declared'."),
    };

    private static (string Tenant, double Weight) Weight(string text)
    {
        var at = text.LastIndexOf('=');
        return at > 0 && double.TryParse(text[(at + 1)..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight)
            ? (text[..at], weight)
            : throw new UsageException($"--weight '{text}': expected TENANT=NUMBER, for example acme=3.");
    }
}
