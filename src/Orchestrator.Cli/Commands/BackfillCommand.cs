using System.CommandLine;
using Orchestrator.Activities;
using Orchestrator.Activities.Backfills;
using Orchestrator.Activities.Contracts;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator backfill ...</c>: many partitions under control.</summary>
internal static class BackfillCommand
{
    private static readonly Argument<string> Pipeline = PipelineArgument.ByName();
    private static readonly Argument<string> Id = new("backfill") { Description = "The backfill as PIPELINE/NAME, for example covid/march." };
    private static readonly Option<string> Name = new("--name") { Description = "Name of the backfill.", Required = true };
    private static readonly Option<string?> From = new("--from") { Description = "First partition. Default: the first there is." };
    private static readonly Option<string?> To = new("--to") { Description = "Last partition. Default: the last there is." };
    private static readonly Option<string[]> Partitions = new("--partition") { Description = "Exactly this partition; may be given several times." };
    private static readonly Option<BackfillSelection?> Selection = new("--selection") { HelpName = "selection", Description = "Which of them: needed, all, missing, failed, staleInputs, olderCode or failedCheck. Default: needed." };
    private static readonly Option<BackfillOrder> Order = new("--order") { HelpName = "order", Description = "oldestFirst, newestFirst or dependency. Default: oldestFirst." };
    private static readonly Option<int?> Concurrency = new("--concurrency") { Description = "Runs at once. Default: the pipeline's own number." };
    private static readonly Option<int?> MaxFailures = new("--max-failures") { Description = "Runs that may fail before no more are begun." };
    private static readonly Option<double?> MaxFailurePercent = new("--max-failure-percent") { Description = "Percent of partitions that may fail before no more are begun." };
    private static readonly Option<double?> Budget = new("--budget") { Description = "Seconds of work after which the backfill pauses and asks." };
    private static readonly Option<decimal?> CostBudget = new("--cost-budget") { Description = "Cost, in the currency of the workers' price list, after which the backfill pauses and asks." };
    private static readonly Option<string?> Quiet = new("--quiet-hours") { Description = "Time of day in which no run is begun, as 22:00-06:00 (UTC) or \"22:00-06:00 Europe/Berlin\"." };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Begin without waiting for an approval." };
    private static readonly Option<bool> Agreed = new("--yes") { Description = "Do it without asking." };
    private static readonly Option<string> Hash = new("--hash") { Description = "Hash of the plan that was looked at.", Required = true };
    private static readonly Option<bool> Wait = new("--wait") { Description = "Wait for the backfill to end." };

    public static Command Create()
    {
        var command = new Command("backfill", "Run many partitions: plan, approve, watch, pause, steer.");
        var submit = new Command("submit", "Plan a backfill; it begins when its plan is approved.") { Pipeline, Name, From, To, Partitions, Selection, Order, Concurrency, MaxFailures, MaxFailurePercent, Budget, CostBudget, Quiet, Yes, Wait };
        submit.SetAction((call, token) => SubmitAsync(call, dryRun: false, token));
        var plan = new Command("plan", "Show what a backfill would run, and begin nothing.") { Pipeline, Name, From, To, Partitions, Selection, Order };
        plan.SetAction((call, token) => SubmitAsync(call, dryRun: true, token));
        var status = new Command("status", "Show where a backfill is.") { Id, Wait };
        status.SetAction(StatusAsync);
        var cancel = new Command("cancel", "Cancel a backfill and the runs it has open; nothing half done is published.") { Id, Agreed };
        cancel.SetAction(CancelAsync);
        command.Subcommands.Add(submit);
        command.Subcommands.Add(plan);
        command.Subcommands.Add(status);
        command.Subcommands.Add(cancel);
        command.Subcommands.Add(Update("approve", "Let a planned backfill begin.", "approve", c => [c.GetRequiredValue(Hash)], Hash, Wait));
        command.Subcommands.Add(Update("pause", "Begin no more runs; open ones go on.", "pause", _ => []));
        command.Subcommands.Add(Update("resume", "Begin runs again.", "resume", _ => []));
        var width = new Option<int?>("--concurrency") { Description = "Runs at once." };
        var budget = new Option<double?>("--budget") { Description = "Seconds of work in all." };
        var cost = new Option<decimal?>("--cost-budget") { Description = "Cost in all." };
        var set = new Command("set", "Change a backfill while it runs; a greater budget lets one that has spent its own go on.") { Id, width, budget, cost };
        set.SetAction(async (call, token) => (call.GetValue(width), call.GetValue(budget), call.GetValue(cost)) switch
        {
            ({ } runs, null, null) => await SendAsync(call, "set-concurrency", [runs], token),
            (null, { } seconds, null) => await SendAsync(call, "set-budget", [seconds], token),
            (null, null, { } most) => await SendAsync(call, "set-cost-budget", [most], token),
            _ => throw new UsageException("backfill set: expected one of --concurrency, --budget and --cost-budget. Help: give one of them."),
        });
        command.Subcommands.Add(set);
        var partition = new Argument<string>("partition") { Description = "The partition to leave out." };
        var skip = new Command("skip", "Leave a partition out.") { Id, partition };
        skip.SetAction(async (call, token) =>
        {
            await FindAsync(call, call.GetRequiredValue(partition), token);
            return await SendAsync(call, "skip", [call.GetRequiredValue(partition)], token);
        });
        command.Subcommands.Add(skip);
        command.Subcommands.Add(Update("retry-failed", "Run the partitions that failed again.", "retry-failed", _ => [], Wait));
        return command;
    }

    private static Command Update(string name, string description, string update, Func<ParseResult, IReadOnlyCollection<object?>> arguments, params Symbol[] more)
    {
        var command = new Command(name, description) { Id };
        foreach (var symbol in more)
        {
            if (symbol is Option option)
            {
                command.Options.Add(option);
            }
            else
            {
                command.Arguments.Add((Argument)symbol);
            }
        }

        command.SetAction((call, token) => SendAsync(call, update, arguments(call), token));
        return command;
    }

    private static async Task<int> SubmitAsync(ParseResult call, bool dryRun, CancellationToken cancellationToken)
    {
        var request = new BackfillRequest
        {
            Pipeline = call.GetRequiredValue(Pipeline),
            Name = dryRun ? call.GetRequiredValue(Name) + "-plan" : call.GetRequiredValue(Name),
            From = call.GetValue(From),
            To = call.GetValue(To),
            Partitions = call.GetValue(Partitions) is { Length: > 0 } named ? named : null,
            Selection = call.GetValue(Selection) ?? BackfillSelection.Needed,
            Order = call.GetValue(Order),
            Concurrency = dryRun ? null : call.GetValue(Concurrency),
            MaxFailures = dryRun ? null : call.GetValue(MaxFailures),
            MaxFailurePercent = dryRun ? null : call.GetValue(MaxFailurePercent),
            BudgetSeconds = dryRun ? null : call.GetValue(Budget),
            BudgetCost = dryRun ? null : call.GetValue(CostBudget),
            QuietHours = dryRun ? null : call.GetValue(Quiet),
            DryRun = dryRun,
            Approved = !dryRun && call.GetValue(Yes),
        };
        return await WithStackAsync(call, "backfill", async (stack, settings) =>
        {
            var handle = await stack.Client.StartWorkflowAsync(
                "Backfill",
                [request],
                new WorkflowOptions(request.WorkflowId, settings.TaskQueue) { StaticSummary = $"backfill of {request.Pipeline}: {request.Name}" });
            if (dryRun || (request.Approved && (stack.IsEmbedded || call.GetValue(Wait))))
            {
                return await EndAsync(call, handle, cancellationToken);
            }

            BackfillProgress? progress;
            var told = false;
            var ended = handle.WaitAsync<BackfillProgress>(cancellationToken);
            while ((progress = await handle.TryQueryAsync<BackfillProgress>("progress", cancellationToken)) is null or { Phase: "planning" })
            {
                if (ended.IsCompleted)
                {
                    // No plan came of it, or one with nothing to run.
                    progress = await ended;
                    break;
                }

                if (progress is null && !told)
                {
                    await Console.Error.WriteLineAsync($"'{handle.Id}' is started and gives no answer yet: waiting. Help: 'orchestrator doctor' says whether a worker runs on the task queue.");
                    told = true;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }

            await ShowAsync(call, handle.Id, progress, cancellationToken);
            return ExitCodes.Ok;
        }, cancellationToken);
    }

    private static Task<int> StatusAsync(ParseResult call, CancellationToken cancellationToken) => WithStackAsync(call, "backfill", async (stack, _) =>
    {
        var handle = stack.Client.GetWorkflowHandle(IdOf(call));
        if (call.GetValue(Wait))
        {
            return await EndAsync(call, handle, cancellationToken);
        }

        await ShowAsync(call, handle.Id, await handle.QueryAsync<BackfillProgress>("progress", []), cancellationToken);
        return ExitCodes.Ok;
    }, cancellationToken);

    /// <summary>Looks whether a partition is one of the plan's.</summary>
    /// <exception cref="UsageException">It is not.</exception>
    private static Task<int> FindAsync(ParseResult call, string partition, CancellationToken cancellationToken) => WithStackAsync(call, "backfill", async (stack, settings) =>
    {
        var progress = await stack.Client.GetWorkflowHandle(IdOf(call)).QueryAsync<BackfillProgress>("progress", []);
        return progress.Plan is { } plan && !(await new BackfillStore(new LakeRoot(settings.Lake).Store).PartitionsAsync(plan.Folder, cancellationToken)).Contains(partition)
            ? throw new UsageException($"'{partition}' is no partition of the plan of '{IdOf(call)}', which has {Amount.Of(plan.Count, "partition")} from '{plan.First}' to '{plan.Last}'. Help: 'orchestrator backfill status' shows it.")
            : ExitCodes.Ok;
    }, cancellationToken);

    private static Task<int> CancelAsync(ParseResult call, CancellationToken cancellationToken) => WithStackAsync(call, "backfill", async (stack, _) =>
    {
        var handle = stack.Client.GetWorkflowHandle(IdOf(call));
        var progress = await handle.QueryAsync<BackfillProgress>("progress", []);
        var what = $"'{handle.Id}' has {progress.Left} partitions left and {progress.Running.Count} running: they would be cancelled";
        if (!call.GetValue(Agreed) && !Question.IsAgreed($"{what}. Cancel it?"))
        {
            throw new UsageException($"{what}; nothing was done. Help: give --yes to do it.");
        }

        await handle.CancelAsync();
        return await EndAsync(call, handle, cancellationToken);
    }, cancellationToken);

    private static Task<int> SendAsync(ParseResult call, string update, IReadOnlyCollection<object?> arguments, CancellationToken cancellationToken) => WithStackAsync(call, "backfill", async (stack, _) =>
    {
        var handle = stack.Client.GetWorkflowHandle(IdOf(call));
        var progress = await handle.ExecuteUpdateAsync<BackfillProgress>(update, arguments, new WorkflowUpdateOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } });

        // A worker of this process ends with it: what it began is waited for.
        var waits = update is "approve" or "resume" or "retry-failed" or "set-budget" or "set-cost-budget" && (stack.IsEmbedded || call.CommandResult.Command.Options.Contains(Wait) && call.GetValue(Wait));
        if (waits)
        {
            return await EndAsync(call, handle, cancellationToken);
        }

        await ShowAsync(call, handle.Id, progress, cancellationToken);
        return ExitCodes.Ok;
    }, cancellationToken);

    private static async Task<int> EndAsync(ParseResult call, WorkflowHandle handle, CancellationToken cancellationToken)
    {
        try
        {
            var result = handle.WaitAsync<BackfillProgress>(cancellationToken);
            var last = "";
            while (await Task.WhenAny(result, Task.Delay(TimeSpan.FromSeconds(1), cancellationToken)) != result)
            {
                if (await handle.TryQueryAsync<BackfillProgress>("progress", cancellationToken) is { } p && BackfillText.Line(p) is var line && line != last)
                {
                    await Console.Error.WriteLineAsync(last = line);
                }
            }

            var ended = await result;
            await ShowAsync(call, handle.Id, ended, cancellationToken);
            return ended.Failed > 0 || ended.Phase is "stopped" ? ExitCodes.Failed : ended.Held > 0 ? ExitCodes.Held : ExitCodes.Ok;
        }
        catch (WorkflowFailedException e) when (e.InnerException is CanceledFailureException)
        {
            await ShowAsync(call, handle.Id, await handle.QueryAsync<BackfillProgress>("progress", []), cancellationToken);
            return ExitCodes.Ok;
        }
    }

    private static async Task<int> WithStackAsync(ParseResult call, string log, Func<LocalStack, LocalSettings, Task<int>> work, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        await using var stack = await LocalStack.ConnectWithWorkerAsync(settings, log, cancellationToken);

        try
        {
            return await work(stack, settings);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var id = call.CommandResult.Command.Arguments.Contains(Id) ? IdOf(call)["backfill/".Length..] : $"{call.GetRequiredValue(Pipeline)}/{call.GetRequiredValue(Name)}";
            await Console.Error.WriteLineAsync($"Stopped. The backfill is safe: 'orchestrator backfill status {id} --wait' attaches to it, 'orchestrator backfill cancel {id}' ends it.");
            return ExitCodes.Interrupted;
        }
        catch (WorkflowAlreadyStartedException e)
        {
            throw new FailedException($"Backfill '{e.WorkflowId}' goes on already. Help: look at it with 'orchestrator backfill status', or give another --name.");
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound && e.Message.Contains("completed", StringComparison.Ordinal))
        {
            throw new FailedException($"Backfill '{IdOf(call)}' has ended. Help: 'orchestrator backfill status {IdOf(call)["backfill/".Length..]}' shows how; 'orchestrator backfill submit' runs what is left, or failed, in a new one.");
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            throw new FailedException($"No such backfill at {stack.Address}, namespace '{settings.Namespace}': {e.Message} Help: name it as PIPELINE/NAME.");
        }
    }

    private static string IdOf(ParseResult call) => call.GetRequiredValue(Id) is var id && id.StartsWith("backfill/", StringComparison.Ordinal) ? id : "backfill/" + id;

    /// <summary>Shows where a backfill is, with what its report says so far.</summary>
    private static async Task ShowAsync(ParseResult call, string id, BackfillProgress progress, CancellationToken cancellationToken)
    {
        var report = progress.Plan is { } plan && progress.Phase is not "planned"
            ? await new BackfillStore(new LakeRoot(GlobalOptions.Settings(call).Lake).Store).OutcomesAsync(plan.Folder, cancellationToken)
            : [];
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { backfill = id, progress, secondsLeft = BackfillText.Left(progress)?.TotalSeconds, report });
            return;
        }

        BackfillText.Write(id, progress, report);
    }
}
