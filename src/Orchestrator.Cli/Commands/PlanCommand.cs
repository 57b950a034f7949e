using System.CommandLine;
using Lakehouse;
using Orchestrator.Activities;
using Orchestrator.Activities.Planning;
using Orchestrator.Activities.Triggers;
using Orchestrator.Cli.Output;
using Orchestrator.Cli.Settings;
using Orchestrator.Pipelines;
using Orchestrator.Pipelines.Partitions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator plan PIPELINE</c>: what <c>run</c> would do and why; runs nothing, and gives the plan a hash that <c>run --plan</c> takes.</summary>
internal static class PlanCommand
{
    public static readonly Option<string?> Partitions = new("--partitions") { Description = "Only these: 2020-03-01..2020-03-31,2020-04-02. Default: all that have sources." };

    private static readonly Argument<string> Pipeline = new("pipeline") { Description = "Folder of the pipeline, for example pipelines/covid." };
    private static readonly Option<bool> Force = new("--force") { Description = "Plan also partitions that need no run." };
    private static readonly Option<bool> ReadAll = new("--read-all") { Description = "Read every source file again, also those whose size and time have not moved." };

    public static Command Create()
    {
        var command = new Command("plan", "Show what would run and why, without running anything.") { Pipeline, Partitions, Force, ReadAll };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Reads a selection of partitions.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static PlanSelection Selection(PipelineSpec spec, string? text)
    {
        try
        {
            return PlanSelection.Parse(text, spec.Partitioning.Calendar);
        }
        catch (FormatException e)
        {
            throw new UsageException($"--partitions: {e.Message} Help: for example --partitions 2020-03-01..2020-03-31,2020-04-02.");
        }
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellationToken)
    {
        var folder = call.GetRequiredValue(Pipeline);
        var settings = GlobalOptions.Settings(call);
        var spec = PipelineArgument.Load(settings, folder);
        var lake = new LakeRoot(settings.Lake);
        var selection = Selection(spec, call.GetValue(Partitions));
        var pipelines = new PipelineFolder(settings.Pipelines, settings.Environment);
        var plan = await new PipelinePlanner(spec, lake, pipelines: pipelines).PlanAsync(selection, call.GetValue(Force), call.GetValue(ReadAll), cancellationToken);
        var without = await WithoutAsync(new PartitionPlanner(spec, lake), selection, plan, cancellationToken);
        if (without.Count > 0)
        {
            throw new UsageException(
                $"No source file for partition '{string.Join("', '", without.Select(p => p.Value))}' of '{spec.Name}'. Expected a file for each of: {string.Join(", ", spec.Sources.Values.Select(s => s.Path.Text))}. "
                + "Help: check the partition, or put the file there.");
        }

        var notKept = plan.Runs.Count > 0 ? await KeepAsync(lake, plan, cancellationToken) : null;
        var reasons = await NotStarted.ReadAsync(spec, pipelines, lake, [.. plan.Runs.Select(r => r.Partition)], cancellationToken);
        plan = plan with { NotStarted = reasons.Count > 0 ? reasons : null };
        if (call.GetValue(GlobalOptions.Json))
        {
            JsonOutput.Write(plan);
        }
        else
        {
            PlanText.Write(plan, folder);
        }

        if (notKept is not null)
        {
            await Console.Error.WriteLineAsync($"The plan was not kept in '{settings.Lake}', so 'run --plan' will not know it: {notKept}\nHelp: nothing else is wrong with it; plan again with a lake that can be written to.");
        }

        return ExitCodes.Ok;
    }

    /// <summary>Partitions that are named one by one and that nothing has been found for: neither to run nor up to date.</summary>
    private static async Task<IReadOnlyList<PartitionKey>> WithoutAsync(PartitionPlanner planner, PlanSelection selection, PipelinePlan plan, CancellationToken cancellationToken)
    {
        var runs = plan.Runs.Select(r => r.Partition).ToHashSet(StringComparer.Ordinal);
        var without = new List<PartitionKey>();
        foreach (var named in selection.Named.Where(p => !runs.Contains(p.Value)))
        {
            if (plan.UpToDate == 0 || await planner.StateAsync(named, cancellationToken) is null)
            {
                without.Add(named);
            }
        }

        return without;
    }

    /// <summary>Keeps a plan for <c>run --plan</c>; gives the reason where the lake takes nothing. Whoever only looks may have no right to write.</summary>
    private static async Task<string?> KeepAsync(LakeRoot lake, PipelinePlan plan, CancellationToken cancellationToken)
    {
        try
        {
            await new PlanStore(lake).KeepAsync(plan, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LakehouseException)
        {
            return e.Message.Split('\n')[0];
        }
    }
}
