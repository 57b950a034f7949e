using Lakehouse.DuckDb;
using Orchestrator.Activities.Contracts;
using Orchestrator.Activities.Running;
using Orchestrator.Activities.Visibility;
using Temporalio.Activities;

namespace Orchestrator.Activities.Maintenance;

/// <summary>The activities of maintenance; see <see cref="IMaintenanceActivities"/> for what each guarantees.</summary>
/// <param name="pipelines">Where pipelines are found.</param>
/// <param name="lake">Where the tables lie.</param>
/// <param name="engines">Engine instances that are kept.</param>
public sealed class MaintenanceActivities(PipelineFolder pipelines, LakeRoot lake, DuckDbPool engines) : IMaintenanceActivities
{
    private readonly NamespaceAttributes _attributes = new();

    /// <inheritdoc/>
    [Activity]
    public Task<IReadOnlyList<MaintainTable>> PlanMaintenanceAsync(MaintainRequest request) => Step.RunAsync(async cancellationToken =>
    {
        if (!request.DryRun)
        {
            await lake.Audit.OfWorkflowAsync("maintain", cancellationToken);
        }

        return await new MaintenancePlanner(pipelines.Load(request.Pipeline), lake).RunAsync(request, cancellationToken);
    });

    /// <inheritdoc/>
    [Activity]
    public Task<WorkflowLabels> DescribeMaintenanceAsync(MaintainRequest request) => Step.RunAsync(cancellationToken =>
        _attributes.LabelsAsync(ActivityExecutionContext.Current.TemporalClient, pipelines.Load(request.Pipeline), "maintain", request.Dataset, cancellationToken));

    /// <inheritdoc/>
    [Activity]
    public Task<MaintainStep?> MaintainTableAsync(MaintainStepRequest request) => Step.RunAsync(cancellationToken =>
        new TableMaintenance(pipelines.Load(request.Pipeline), lake, engines).RunAsync(request, cancellationToken));
}
