using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Activities;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Recording;
using Orchestrator.Activities.Triggers;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Pipelines;
using Orchestrator.Workers;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator schedule ...</c>: what starts pipelines by itself, as declared and as the service holds it.</summary>
internal static class ScheduleCommand
{
    private static readonly Argument<string> Pipeline = PipelineArgument.ByName();
    private static readonly Argument<string[]> Pipelines = new("pipeline") { Description = "Names of pipelines. Default: all, and schedules of pipelines that are gone.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only show what would be done." };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Delete without asking." };
    private static readonly Option<string> Note = new("--note") { Description = "Why; shown by every client.", DefaultValueFactory = _ => "" };

    public static Command Create()
    {
        var command = new Command("schedule", "Show, apply, pause and trigger what starts pipelines by itself.");
        var list = new Command("list", "List pipelines with schedules or triggers, and how they stand.");
        list.SetAction((call, token) => WithAsync(call, (stack, settings) => ListAsync(call, stack, settings, token), token));
        var apply = new Command("apply", "Bring the service to what pipelines declare; doing it again changes nothing.") { Pipelines, DryRun, Yes };
        apply.SetAction((call, token) => WithAsync(call, (stack, settings) => ApplyAsync(call, stack, settings, token), token));
        var show = new Command("show", "Show one pipeline's schedule and triggers, with what they did last.") { Pipeline };
        show.SetAction((call, token) => WithAsync(call, (stack, settings) => ScheduleView.ShowAsync(call, stack, settings, Load(settings, call.GetRequiredValue(Pipeline)), token), token));
        var pause = new Command("pause", "Let nothing start by itself until it is resumed; open runs go on.") { Pipeline, Note };
        pause.SetAction((call, token) => WithAsync(call, (stack, settings) => PauseAsync(call, stack, settings, pause: true, token), token));
        var resume = new Command("resume", "Let it start by itself again.") { Pipeline, Note };
        resume.SetAction((call, token) => WithAsync(call, (stack, settings) => PauseAsync(call, stack, settings, pause: false, token), token));
        var trigger = new Command("trigger", "Start now what the schedule would start now.") { Pipeline };
        trigger.SetAction((call, token) => WithAsync(call, (stack, settings) => TriggerAsync(call, stack, settings, token), token));
        var remove = new Command("remove", "Take a pipeline's schedule and triggers out of the service; open runs go on.") { Pipeline, Yes };
        remove.SetAction((call, token) => WithAsync(call, (stack, settings) => RemoveAsync(call, stack, settings, token), token));
        foreach (var verb in new[] { list, apply, show, ScheduleView.Next(), pause, resume, trigger, remove })
        {
            command.Subcommands.Add(verb);
        }

        return command;
    }

    /// <summary>A pipeline of the configured folder.</summary>
    /// <exception cref="UsageException">There is none of that name.</exception>
    public static PipelineSpec Load(LocalSettings settings, string name)
    {
        try
        {
            return new PipelineFolder(settings.Pipelines, settings.Environment).Load(name);
        }
        catch (ApplicationFailureException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static async Task<int> ListAsync(ParseResult call, LocalStack stack, LocalSettings settings, CancellationToken cancellationToken)
    {
        var (known, sync) = (KnownPipelines.Load(settings), new ScheduleSync(stack.Client, settings.TaskQueue));
        var (specs, broken) = (known.Specs, known.BrokenNames(settings));
        var changes = await sync.CompareAsync(specs, specs.Select(s => s.Name).ToHashSet(), cancellationToken);
        var lines = new List<ScheduleLine>();
        foreach (var group in changes.GroupBy(c => c.Pipeline))
        {
            lines.Add(await ScheduleLine.ReadAsync(group.Key, specs.FirstOrDefault(s => s.Name == group.Key), [.. group], broken.Contains(group.Key), sync, cancellationToken));
        }

        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(lines);
        }
        else if (lines.Count == 0)
        {
            Console.WriteLine("No pipeline has a schedule or triggers.");
        }
        else
        {
            TableText.Write(["pipeline", "times", "triggers", "state", "next (UTC)", "last (UTC)"], [.. lines.Select(l => (IReadOnlyList<object?>)[l.Pipeline, l.Times, string.Join(", ", l.Triggers), l.Words, l.Next, l.Last])]);
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> ApplyAsync(ParseResult call, LocalStack stack, LocalSettings settings, CancellationToken cancellationToken)
    {
        var named = call.GetValue(Pipelines) ?? [];
        var known = KnownPipelines.Load(settings);
        var specs = named.Length > 0 ? [.. named.Distinct().Select(n => Load(settings, n))] : known.Specs;
        var sync = new ScheduleSync(stack.Client, settings.TaskQueue);

        // A folder that cannot be read may be one whose schedule is to stay.
        var changes = await sync.CompareAsync(specs, named.Length > 0 ? null : known.BrokenNames(settings), cancellationToken);
        var dryRun = call.GetValue(DryRun);
        var deleted = changes.Where(c => c.Action is "delete").Select(c => c.Pipeline).ToArray();
        if (deleted.Length > 0 && !dryRun && !call.GetValue(Yes) && !Question.IsAgreed($"Delete the schedules of {string.Join(", ", deleted)}?"))
        {
            throw new UsageException($"The schedules of {string.Join(", ", deleted)} stand in no pipeline.yaml any more and would be deleted; nothing was done. Help: give --yes to do it, or --dry-run to look.");
        }

        foreach (var change in dryRun ? [] : changes)
        {
            await sync.ApplyAsync(change, specs.FirstOrDefault(s => s.Name == change.Pipeline), cancellationToken);
            if (change.Action is not "none")
            {
                await NoteAsync(settings, change.Pipeline, change.Action, string.Join(", ", change.Differences), cancellationToken);
            }
        }

        var broken = named.Length > 0 ? [] : known.Broken;
        foreach (var (folder, error) in broken)
        {
            await Console.Error.WriteLineAsync($"not applied, as it cannot be read: {folder}\n  {error.ReplaceLineEndings("\n  ")}\n  Help: 'orchestrator validate {folder}' shows all errors.");
        }

        var code = broken.Count > 0 ? ExitCodes.Failed : ExitCodes.Ok;
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(changes);
            return code;
        }

        foreach (var change in changes.Where(c => c.Action is not "none"))
        {
            Console.WriteLine($"{change.Pipeline}: {Words(change.Action, dryRun)}{(change.Differences.Count > 0 ? $" ({string.Join(", ", change.Differences)})" : "")}");
        }

        var asDeclared = changes.Count(c => c.Action is "none");
        Console.WriteLine(asDeclared == changes.Count ? "Nothing to do." : asDeclared > 0 ? $"{asDeclared} as declared already." : "That is all.");
        if (stack.IsEmbedded)
        {
            Console.WriteLine("The embedded server runs only while a command does: schedules fire under 'orchestrator dev'.");
        }

        return code;
    }

    private static async Task<int> PauseAsync(ParseResult call, LocalStack stack, LocalSettings settings, bool pause, CancellationToken cancellationToken)
    {
        var (pipeline, note) = (call.GetRequiredValue(Pipeline), call.GetValue(Note)!);
        var sync = new ScheduleSync(stack.Client, settings.TaskQueue);
        var (schedule, isWatched) = (await sync.FindAsync(pipeline, cancellationToken), await sync.IsWatchedAsync(pipeline, cancellationToken));
        if (schedule is null && !isWatched)
        {
            throw Missing(pipeline);
        }

        var rpc = new RpcOptions { CancellationToken = cancellationToken };
        note = note.Length > 0 ? note : pause ? "paused by hand" : "resumed by hand";
        if (schedule is not null)
        {
            var handle = stack.Client.GetScheduleHandle(schedule.Id);
            await (pause ? handle.PauseAsync(note, rpc) : handle.UnpauseAsync(note, rpc));
        }

        if (isWatched)
        {
            var handle = stack.Client.GetWorkflowHandle(TriggerRequest.WorkflowIdOf(pipeline));
            await handle.ExecuteUpdateAsync<TriggerProgress>(pause ? "pause" : "resume", pause ? [note] : [], new WorkflowUpdateOptions { Rpc = rpc });
        }

        var why = new WhyNot { Pipeline = pipeline, Partitions = [], By = "pause", Reason = note, At = TimeProvider.System.GetUtcNow() };
        await new TriggerStore(new LakeRoot(settings.Lake).Store).WritePausedAsync(pipeline, pause ? why : null, cancellationToken);
        await NoteAsync(settings, pipeline, pause ? "pause" : "resume", note, cancellationToken);
        return Done(call, pipeline, pause ? "paused" : "resumed");
    }

    private static async Task<int> TriggerAsync(ParseResult call, LocalStack stack, LocalSettings settings, CancellationToken cancellationToken)
    {
        var spec = Load(settings, call.GetRequiredValue(Pipeline));
        if (spec.Schedule is null)
        {
            throw new UsageException($"Pipeline '{spec.Name}' has no schedule that says what is due. Help: start partitions with 'orchestrator run', or declare a schedule.");
        }

        // The tick itself and not the schedule's trigger: its result tells what was started, also where no schedule was applied.
        var id = string.Create(CultureInfo.InvariantCulture, $"{TickRequest.WorkflowId(spec.Name)}-by-hand-{Guid.NewGuid():N}");
        var handle = await stack.Client.StartWorkflowAsync("PipelineTick", [new TickRequest(spec.Name)], new WorkflowOptions(id, settings.TaskQueue) { StaticSummary = $"schedule of {spec.Name}, by hand" });
        var result = await handle.GetResultAsync<TickResult>(rpcOptions: new RpcOptions { CancellationToken = cancellationToken });
        if (stack.IsEmbedded)
        {
            // A worker of this process ends with it: what it began is waited for.
            foreach (var run in result.Runs.Where(r => r.Outcome is "started"))
            {
                await stack.Client.GetWorkflowHandle(new RunRequest(spec.Name, run.Partition).WorkflowId).GetResultAsync<RunResult>(rpcOptions: new RpcOptions { CancellationToken = cancellationToken });
            }
        }

        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(result);
            return ExitCodes.Ok;
        }

        Console.WriteLine(result.Skipped is { } why ? $"{spec.Name}: nothing was to run: {why}" : string.Join('\n', result.Runs.Select(r => $"run/{spec.Name}/{r.Partition} {r.Outcome}{(r.Reason is null ? "" : ": " + r.Reason)}")));
        return ExitCodes.Ok;
    }

    private static async Task<int> RemoveAsync(ParseResult call, LocalStack stack, LocalSettings settings, CancellationToken cancellationToken)
    {
        var pipeline = call.GetRequiredValue(Pipeline);
        var sync = new ScheduleSync(stack.Client, settings.TaskQueue);
        var (schedule, isWatched) = (await sync.FindAsync(pipeline, cancellationToken), await sync.IsWatchedAsync(pipeline, cancellationToken));
        if (schedule is null && !isWatched)
        {
            throw Missing(pipeline);
        }

        if (!call.GetValue(Yes) && !Question.IsAgreed($"Remove the schedule and triggers of {pipeline}?"))
        {
            throw new UsageException($"The schedule and triggers of '{pipeline}' would be removed; nothing was done. Help: give --yes to do it, or pause them.");
        }

        if (schedule is not null)
        {
            await sync.ApplyAsync(new ScheduleChange(pipeline, "delete", []), null, cancellationToken);
        }

        if (isWatched)
        {
            await stack.Client.GetWorkflowHandle(TriggerRequest.WorkflowIdOf(pipeline)).CancelAsync();
        }

        await NoteAsync(settings, pipeline, "delete", "", cancellationToken);
        return Done(call, pipeline, "removed");
    }

    /// <summary>A service keeps no record of who changed a schedule: the lake does.</summary>
    private static Task NoteAsync(LocalSettings settings, string pipeline, string action, string why, CancellationToken cancellationToken) => new LakeRoot(settings.Lake).Audit.AddAsync(
        new Deed($"schedule/{pipeline}/{Guid.NewGuid():N}", TimeProvider.System.GetUtcNow(), Environment.UserName, "schedule." + action, "schedule/" + pipeline, why.Length > 0 ? JsonSerializer.Serialize(why) : null),
        cancellationToken);

    private static int Done(ParseResult call, string pipeline, string what)
    {
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { pipeline, state = what });
        }
        else
        {
            Console.WriteLine($"{pipeline}: {what}");
        }

        return ExitCodes.Ok;
    }

    /// <summary>What is done to a pipeline's schedule, or would be.</summary>
    private static string Words(string action, bool dryRun) => (action, dryRun) switch
    {
        ("watch", true) => "its triggers would be watched",
        ("watch", false) => "its triggers are watched",
        (_, true) => $"schedule would be {action}d",
        _ => $"schedule {action}d",
    };

    private static FailedException Missing(string pipeline) =>
        new($"The service holds no schedule and no trigger of '{pipeline}'. Help: 'orchestrator schedule apply {pipeline}' brings what its pipeline.yaml declares.");

    private static async Task<int> WithAsync(ParseResult call, Func<LocalStack, LocalSettings, Task<int>> work, CancellationToken cancellationToken)
    {
        var settings = GlobalOptions.Settings(call);
        await using var stack = await LocalStack.ConnectWithWorkerAsync(settings, "schedule", cancellationToken);
        return await work(stack, settings);
    }
}
