using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Activities.Triggers;
using Orchestrator.Activities.Windows;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Activities;

/// <summary>The activities of ticks and triggers; see <see cref="ITriggerActivities"/> for what each guarantees.</summary>
/// <param name="pipelines">Where pipelines are found.</param>
/// <param name="lake">Where ledger and tables lie.</param>
public sealed class TriggerActivities(PipelineFolder pipelines, LakeRoot lake) : ITriggerActivities
{
    private TriggerStore Store => new(lake.Store);

    /// <inheritdoc/>
    [Activity]
    public Task<TickDecision> DecideTickAsync(TickQuestion question) => Step.RunAsync(async cancellationToken =>
    {
        var (decision, leftOut) = new TickRules(pipelines.Load(question.Pipeline)).Decide(question.Nominal);
        if (leftOut.Count > 0)
        {
            await Store.WriteAsync(new WhyNot { Pipeline = question.Pipeline, Partitions = leftOut, By = "schedule", Reason = decision.Skipped!, At = question.Nominal }, cancellationToken);
        }

        return decision;
    });

    /// <inheritdoc/>
    [Activity]
    public Task<IReadOnlyList<TriggeredRun>> HandOverAsync(DueRuns due) => HandOverDueAsync(due);

    /// <summary>Hands what is due, as the current activity, to the pipeline's trigger.</summary>
    public static async Task<IReadOnlyList<TriggeredRun>> HandOverDueAsync(DueRuns due)
    {
        ArgumentNullException.ThrowIfNull(due);
        var context = ActivityExecutionContext.Current;
        var request = new TriggerRequest(due.Pipeline);
        var start = WithStartWorkflowOperation.Create(
            "Trigger",
            [request],
            new WorkflowOptions(request.WorkflowId, context.Info.TaskQueue) { IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting, StaticSummary = $"triggers of {due.Pipeline}" });
        var options = new WorkflowUpdateWithStartOptions($"{context.Info.WorkflowId}/{context.Info.WorkflowRunId}", start) { Rpc = new RpcOptions { CancellationToken = context.CancellationToken } };
        return await context.TemporalClient.ExecuteUpdateWithStartWorkflowAsync<IReadOnlyList<TriggeredRun>>("due", [due], options);
    }

    /// <inheritdoc/>
    [Activity]
    public Task<TriggerFindings> LookAsync(TriggerLook look)
    {
        var (client, taskQueue) = (ActivityExecutionContext.Current.TemporalClient, ActivityExecutionContext.Current.Info.TaskQueue);
        return Step.RunAsync(async cancellationToken =>
        {
            var spec = pipelines.Load(look.Pipeline);
            var scan = new TriggerScan(spec, pipelines, lake);
            var found = await scan.RunAsync(look, cancellationToken);
            if (spec.Triggers.Arrivals.Count > 0 && scan.HasLooked)
            {
                // What they hold would keep the files that came in its place waiting.
                await new OutdatedHolds(lake, client).EndAsync(spec.Name, scan.FingerprintOf, cancellationToken);
            }

            if (found.Late.Count > 0)
            {
                await new WindowFeed(spec, lake).RunAsync(client, taskQueue, found.Late, cancellationToken);
            }

            return found.Starts.Count > 0 ? found.IfRoom(await FlowActivities.RoomAsync(client, spec, cancellationToken)) : found;
        });
    }

    /// <inheritdoc/>
    [Activity]
    public Task RecordStartsAsync(TriggerStarts starts) => Step.RunAsync(async cancellationToken =>
    {
        var started = await Store.StartedAsync(starts.Pipeline, cancellationToken);
        foreach (var start in starts.Starts)
        {
            started[start.Partition] = start.Versions;
        }

        await Store.WriteStartedAsync(starts.Pipeline, started, cancellationToken);
        return true;
    });

    /// <inheritdoc/>
    [Activity]
    public Task RecordWhyNotAsync(WhyNot why) => Step.RunAsync(async cancellationToken =>
    {
        await Store.WriteAsync(why, cancellationToken);
        return true;
    });

    /// <inheritdoc/>
    [Activity]
    public Task<IReadOnlyList<string>> StillOpenAsync(TriggerLook look) => Step.RunAsync(async cancellationToken =>
    {
        var client = ActivityExecutionContext.Current.TemporalClient;
        var open = new List<string>();
        foreach (var partition in look.Open)
        {
            // The newest run of that id, whoever has started it.
            if (await RunLiveness.IsOpenAsync(client, new RunRequest(look.Pipeline, partition).WorkflowId, null, cancellationToken))
            {
                open.Add(partition);
            }
        }

        return (IReadOnlyList<string>)open;
    });

    /// <inheritdoc/>
    [Activity]
    public Task StopRunAsync(StopRun stop) => StopAsync(stop);

    /// <summary>Ends, as the current activity, a run.</summary>
    public static async Task StopAsync(StopRun stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        var handle = ActivityExecutionContext.Current.TemporalClient.GetWorkflowHandle(stop.Run.WorkflowId);
        try
        {
            await (stop.Terminate ? handle.TerminateAsync(stop.Reason) : handle.CancelAsync());
        }
        catch (RpcException e) when (e.Code is RpcException.StatusCode.NotFound)
        {
            // It has ended meanwhile.
            return;
        }
    }
}
