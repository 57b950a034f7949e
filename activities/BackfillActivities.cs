using Orchestrator.Activities.Backfills;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Activities.Visibility;
using Temporalio.Activities;
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

    /// <summary>How, as the current activity sees it, a run of somebody else has ended; fails while it goes on, to be asked again.</summary>
    public static async Task<RunResult> AwaitAsync(RunRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (await OtherWork.EndedAsync(request.WorkflowId) is not { } run)
        {
            return Failed($"The service does not know '{request.WorkflowId}' any more: it was deleted while it was waited for. Help: run the partition again.");
        }

        try
        {
            return await run.GetResultAsync<RunResult>(rpcOptions: new RpcOptions { CancellationToken = ActivityExecutionContext.Current.CancellationToken });
        }
        catch (WorkflowFailedException e)
        {
            Exception cause = e;
            while (cause is WorkflowFailedException or ActivityFailureException or ChildWorkflowFailureException && cause.InnerException is { } inner)
            {
                cause = inner;
            }

            return Failed(cause.Message);
        }

        RunResult Failed(string reason) => new() { Request = request, Status = RunStatus.Failed, Reason = reason };
    }
}
