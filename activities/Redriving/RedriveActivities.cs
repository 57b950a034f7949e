using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Temporalio.Activities;

namespace Orchestrator.Activities.Redriving;

/// <summary>The activities of a redrive; see <see cref="IRedriveActivities"/> for what each guarantees.</summary>
/// <param name="pipelines">Where pipelines are found.</param>
/// <param name="lake">Where rows are kept aside.</param>
public sealed class RedriveActivities(PipelineFolder pipelines, LakeRoot lake) : IRedriveActivities
{
    /// <inheritdoc/>
    [Activity]
    public Task<RedrivePlan> PlanRedriveAsync(RedriveRequest request) => Step.RunAsync(cancellationToken =>
        new RedrivePlanner(pipelines.Load(request.Pipeline), lake).RunAsync(request, cancellationToken));

    /// <inheritdoc/>
    [Activity]
    public Task<RedriveReport> CompareRedriveAsync(RedriveComparison comparison) => Step.RunAsync(cancellationToken =>
        new QuarantineComparison(lake).RunAsync(comparison, cancellationToken));
}
