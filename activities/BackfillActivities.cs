using Orchestrator.Activities.Backfills;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Activities.Visibility;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace Orchestrator.Activities;

/// <summary>The activities of a backfill; see <see cref="IBackfillActivities"/> for what each guarantees.</summary>
/// <param name="pipelines">Where pipelines are found.</param>
/// <param name="lake">Where plans and reports lie.</param>
public sealed class BackfillActivities(PipelineFolder pipelines, LakeRoot lake) : IBackfillActivities
{
    private readonly NamespaceAttributes _attributes = new();

    /// <inheritdoc/>
    [Activity]
    public Task<BackfillPlan> PlanBackfillAsync(BackfillRequest request) => Step.RunAsync(async cancellationToken =>
    {
        var spec = pipelines.Load(request.Pipeline);
        var selection = request.Selection.ToString();
        var labels = await _attributes.LabelsAsync(ActivityExecutionContext.Current.TemporalClient, spec, char.ToLowerInvariant(selection[0]) + selection[1..], null, cancellationToken);
        await lake.Audit.OfWorkflowAsync("backfill", cancellationToken);
        return await new BackfillPlanner(spec, lake).RunAsync(request, labels, cancellationToken);
    });

    /// <inheritdoc/>
    [Activity]
    public Task<IReadOnlyList<string>> ReadBackfillPlanAsync(BackfillPage page) => Step.RunAsync(cancellationToken =>
        new BackfillStore(lake.Store).PageAsync(page, cancellationToken));

    /// <inheritdoc/>
    [Activity]
    public Task RecordBackfillAsync(BackfillOutcomes outcomes) => Step.RunAsync(async cancellationToken =>
    {
        await new BackfillStore(lake.Store).WriteAsync(outcomes, cancellationToken);
        await lake.Audit.OfWorkflowAsync("backfill", cancellationToken);
        return true;
    });

    /// <inheritdoc/>
    [Activity]
    public Task<IReadOnlyList<string>> ReadBackfillFailuresAsync(string folder) => Step.RunAsync(async cancellationToken =>
        (IReadOnlyList<string>)[.. (await new BackfillStore(lake.Store).OutcomesAsync(folder, cancellationToken)).Where(o => o.Outcome is "failed").Select(o => o.Partition)]);

    /// <inheritdoc/>
    [Activity]
    public Task<RunResult> AwaitRunAsync(RunRequest request) => AwaitAsync(request);

    /// <summary>Waits, as the current activity, for a run to end; ends with the activity's cancellation.</summary>
    public static async Task<RunResult> AwaitAsync(RunRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var context = ActivityExecutionContext.Current;
        using var beat = new Timer(_ => context.Heartbeat(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        try
        {
            return await context.TemporalClient.GetWorkflowHandle(request.WorkflowId)
                .GetResultAsync<RunResult>(rpcOptions: new RpcOptions { CancellationToken = context.CancellationToken });
        }
        catch (WorkflowFailedException e)
        {
            return new RunResult { Request = request, Status = RunStatus.Failed, Reason = e.InnerException?.Message ?? e.Message };
        }
    }
}
