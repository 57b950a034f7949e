using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Activities.Visibility;
using Temporalio.Activities;

namespace Orchestrator.Activities.RollingBack;

/// <summary>The activities of a rollback; see <see cref="IRollbackActivities"/> for what each guarantees.</summary>
/// <param name="pipelines">Where pipelines are found.</param>
/// <param name="lake">Where the tables lie.</param>
public sealed class RollbackActivities(PipelineFolder pipelines, LakeRoot lake) : IRollbackActivities
{
    private readonly NamespaceAttributes _attributes = new();

    /// <inheritdoc/>
    [Activity]
    public Task<RollbackPlan> PlanRollbackAsync(RollbackRequest request) => Step.RunAsync(async cancellationToken =>
    {
        var spec = pipelines.Load(request.Pipeline);
        var plan = await new RollbackPlanner(spec, lake).RunAsync(request, cancellationToken);
        return plan with { Labels = await _attributes.LabelsAsync(ActivityExecutionContext.Current.TemporalClient, spec, "rollback", null, cancellationToken) };
    });

    /// <inheritdoc/>
    [Activity]
    public Task<long> RestoreTableAsync(RollbackStepRequest request) => Step.RunAsync(cancellationToken => new RestoreStep(pipelines.Load(request.Plan.Request.Pipeline), lake).RunAsync(request, cancellationToken));
}
