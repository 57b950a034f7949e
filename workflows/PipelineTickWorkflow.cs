using System.Globalization;
using System.Text;
using Orchestrator.Activities.Contracts;
using Temporalio.Common;
using Temporalio.Workflows;

namespace Orchestrator.Workflows;

/// <summary>
/// What a schedule starts: asks what is due at its nominal time and hands that to the pipeline's trigger, which starts the runs or attaches to them. It is thin on purpose: a
/// schedule gives every start another workflow id, runs have one for each partition.
/// </summary>
[Workflow("PipelineTick")]
public sealed class PipelineTickWorkflow
{
    private static readonly SearchAttributeKey<DateTimeOffset> ScheduledAt = SearchAttributeKey.CreateDateTimeOffset("TemporalScheduledStartTime");

    private TickResult? _result;

    [WorkflowRun]
    public async Task<TickResult> RunAsync(TickRequest request)
    {
        // Times of schedules are whole seconds; what a hand starts in between counts as the second that it is in.
        var at = request.Nominal ?? (Workflow.TypedSearchAttributes.TryGetValue(ScheduledAt, out var scheduled) ? scheduled : new DateTimeOffset(Workflow.Info.WorkflowStartTime, TimeSpan.Zero));
        var nominal = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        _result = new TickResult { Pipeline = request.Pipeline, Nominal = nominal };
        var decision = await Workflow.ExecuteActivityAsync((ITriggerActivities a) => a.DecideTickAsync(new TickQuestion(request.Pipeline, nominal)), Steps.Trigger);
        if (decision.Partitions.Count == 0)
        {
            return Tell(_result with { Skipped = decision.Skipped });
        }

        var due = new DueRuns
        {
            Pipeline = request.Pipeline,
            Nominal = nominal,
            Partitions = decision.Partitions,
            Overlap = decision.Overlap,
            Missed = Workflow.UtcNow - nominal.UtcDateTime > decision.Punctual,
        };
        return Tell(_result with { Runs = await Workflow.ExecuteActivityAsync((ITriggerActivities a) => a.HandOverAsync(due), Steps.Trigger) });
    }

    /// <summary>What is due, and what came of it.</summary>
    [WorkflowQuery("progress")]
    public TickResult? Progress() => _result;

    private TickResult Tell(TickResult result)
    {
        _result = result;
        var page = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"**{result.Pipeline}** at {result.Nominal:yyyy-MM-dd HH:mm:ss} UTC\n\n"));
        page.Append(result.Skipped is { } why ? $"Nothing was to run: {why}\n" : "");
        foreach (var run in result.Runs)
        {
            page.Append(CultureInfo.InvariantCulture, $"- `run/{result.Pipeline}/{run.Partition}` {run.Outcome}{(run.Reason is null ? "" : ": " + run.Reason)}\n");
        }

        Workflow.CurrentDetails = page.ToString();
        return result;
    }
}
