using Lakehouse.Delta.Maintenance;
using Orchestrator.Pipelines;

namespace Orchestrator.Activities.Maintenance;

/// <summary>
/// How long files stay: what the policy says, and never less than runs need. A run reads versions for as long as it may work, and names files that it staged before
/// it was held: in a folder a staged file keeps the time at which it was made.
/// </summary>
internal sealed class VacuumWindow(PipelineSpec spec, LakeRoot lake)
{
    public async Task<VacuumOptions> OptionsAsync(Dataset dataset, bool dryRun, CancellationToken cancellationToken)
    {
        var holds = await lake.Holds.OpenAsync(spec.Name, cancellationToken);
        var held = holds.Count == 0 ? TimeSpan.Zero : lake.Time.GetUtcNow() - holds.Min(h => h.RaisedAt);
        var needed = spec.Limits.RunTimeout + held;
        return new VacuumOptions
        {
            Retention = dataset.Maintain.VacuumAfter > needed ? dataset.Maintain.VacuumAfter : needed,
            AllowShortRetention = true,
            DryRun = dryRun,
        };
    }
}
