using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Activities.Visibility;
using Temporalio.Activities;

namespace Orchestrator.Activities.Redriving;

/// <summary>The activities of a redrive; see <see cref="IRedriveActivities"/> for what each guarantees.</summary>
/// <param name="pipelines">Where pipelines are found.</param>
/// <param name="lake">Where rows are kept aside.</param>
public sealed class RedriveActivities(PipelineFolder pipelines, LakeRoot lake) : IRedriveActivities
{
    private readonly NamespaceAttributes _attributes = new();

    /// <inheritdoc/>
    [Activity]
    public Task<RedrivePlan> PlanRedriveAsync(RedriveRequest request) => Step.RunAsync(async cancellationToken =>
    {
        var spec = pipelines.Load(request.Pipeline);
        await lake.Audit.OfWorkflowAsync("redrive", cancellationToken);
        var plan = await new RedrivePlanner(spec, lake).RunAsync(request, cancellationToken);
        return plan with { Labels = await _attributes.LabelsAsync(ActivityExecutionContext.Current.TemporalClient, spec, "redrive", request.Dataset, cancellationToken) };
    });

    /// <inheritdoc/>
    [Activity]
    public Task<RedriveReport> CompareRedriveAsync(RedriveComparison comparison) => Step.RunAsync(cancellationToken =>
        new QuarantineComparison(lake).RunAsync(comparison, cancellationToken));
}
