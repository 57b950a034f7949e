using System.CommandLine;
using System.Globalization;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Triggers;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Cli.Stack;
using Orchestrator.Pipelines;
using Temporalio.Client;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator schedule next</c> and <c>show</c>: what will start, and what did.</summary>
internal static class ScheduleView
{
    private const int Shown = 5;
    private const int Horizon = 400;

    private static readonly Argument<string> Pipeline = PipelineArgument.ByName();
    private static readonly Option<int> Count = new("--count") { Description = "How many times.", DefaultValueFactory = _ => 10 };
    private static readonly Option<string?> From = new("--from") { Description = "Time from which on, ISO 8601 with an offset or Z. Default: now." };

    public static Command Next()
    {
        var command = new Command("next", "List the next times of a schedule with their partitions, also those that rules leave out, and why.") { Pipeline, Count, From };
        command.SetAction(NextAsync);
        return command;
    }

    public static async Task<int> ShowAsync(ParseResult call, LocalStack stack, LocalSettings settings, PipelineSpec spec, CancellationToken cancellationToken)
    {
        var sync = new ScheduleSync(stack.Client, settings.TaskQueue);
        var line = await ScheduleLine.ReadAsync(spec.Name, spec, await sync.CompareAsync([spec], null, cancellationToken), isBroken: false, sync, cancellationToken);
        var found = await sync.FindAsync(spec.Name, cancellationToken);
        var recent = found?.Info.RecentActions
            .Select(a => new { nominal = new DateTimeOffset(a.ScheduledAt, TimeSpan.Zero), workflowId = (a.Action as Temporalio.Client.Schedules.ScheduleActionExecutionStartWorkflow)?.WorkflowId }).Reverse().ToArray() ?? [];
        var next = Times(spec, TimeProvider.System.GetUtcNow(), Shown);
        var trigger = await sync.IsWatchedAsync(spec.Name, cancellationToken)
            ? await stack.Client.GetWorkflowHandle(TriggerRequest.WorkflowIdOf(spec.Name)).QueryAsync<TriggerProgress>("progress", [])
            : null;
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(new { schedule = line, next, recent, trigger });
            return ExitCodes.Ok;
        }

        Console.WriteLine($"{spec.Name}: {line.Words}");
        Console.WriteLine($"  times     {line.Times ?? "none"}");
        Console.WriteLine($"  triggers  {(line.Triggers.Count > 0 ? string.Join(", ", line.Triggers) : "none")}");
        if (next.Count > 0)
        {
            Console.WriteLine();
            Write(next);
        }

        if (recent.Length > 0)
        {
            Console.WriteLine();
            TableText.Write(["last (UTC)", "tick"], [.. recent.Take(Shown).Select(r => (IReadOnlyList<object?>)[r.nominal, r.workflowId])]);
        }

        if (trigger is not null)
        {
            Console.WriteLine($"\n{TriggerRequest.WorkflowIdOf(spec.Name)}: {(trigger.Paused is { } why ? "paused: " + why : trigger.Problem is { } problem ? "in trouble: " + problem : "at work")}, {trigger.Started} runs started, {trigger.Open.Count} open, {trigger.Queued.Count} queued");
            foreach (var (partition, waits) in trigger.Waiting)
            {
                Console.WriteLine($"  {partition} waits for {waits}");
            }

            foreach (var did in trigger.Recent.Reverse())
            {
                Console.WriteLine($"  {did}");
            }
        }

        return ExitCodes.Ok;
    }

    private static Task<int> NextAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var spec = ScheduleCommand.Load(GlobalOptions.Settings(call), call.GetRequiredValue(Pipeline));
        if (spec.Schedule is null)
        {
            throw new UsageException($"Pipeline '{spec.Name}' has no schedule. Help: declare one in its pipeline.yaml (docs/guides/triggers.md).");
        }

        var next = Times(spec, Start(call.GetValue(From)), call.GetValue(Count));
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(next);
        }
        else
        {
            Write(next);
        }

        return Task.FromResult(ExitCodes.Ok);
    }

    private static DateTimeOffset Start(string? text) => text is null ? TimeProvider.System.GetUtcNow()
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
        : throw new UsageException($"--from: '{text}' is no time. Help: for example --from 2026-03-28T00:00Z.");

    /// <summary>The times that come next; days are added until there are enough.</summary>
    private static List<ScheduleTime> Times(PipelineSpec spec, DateTimeOffset from, int count)
    {
        var times = new List<ScheduleTime>();
        for (var day = 0; spec.Schedule is { } schedule && day < 30 * Horizon && times.Count < count; day += Horizon)
        {
            times.AddRange(schedule.Times(from.AddDays(day), from.AddDays(day + Horizon)).Take(count - times.Count).Select(t => new ScheduleTime(
                t.At,
                TimeZoneInfo.ConvertTime(t.At, schedule.TimeZone).ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture),
                [.. schedule.PartitionsAt(t.Nominal, spec.Partitioning).Select(p => p.Value)],
                t.Skipped)));
        }

        return times;
    }

    private static void Write(IReadOnlyList<ScheduleTime> times) => TableText.Write(
        ["next (UTC)", "local", "partitions", "left out because"],
        [.. times.Select(t => (IReadOnlyList<object?>)[t.At, t.Local, string.Join(", ", t.Partitions), t.Skipped])]);

    /// <summary>One time of a schedule, as it is shown.</summary>
    private sealed record ScheduleTime(DateTimeOffset At, string Local, IReadOnlyList<string> Partitions, string? Skipped);
}
