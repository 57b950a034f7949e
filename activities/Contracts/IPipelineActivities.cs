using Temporalio.Activities;

namespace Orchestrator.Activities.Contracts;

/// <summary>Every side effect of a <c>PipelineRun</c>. Each may run more than once for one call; each says why that is safe.</summary>
public interface IPipelineActivities
{
    /// <summary>Pins inputs, epochs and limits, or says that there is nothing to do. Safe to repeat: reads, and keeps the code it saw under its fingerprint.</summary>
    [Activity]
    Task<RunPlan> PlanRunAsync(RunRequest request);

    /// <summary>Copies the exact source bytes under their content hash. Safe to repeat: put-if-absent by hash.</summary>
    [Activity]
    Task<IReadOnlyList<LandedFile>> LandBronzeAsync(RunPlan plan);

    /// <summary>Stages landed bytes as text rows, audited against the contract. Safe to repeat: writes only its own attempt's staging folder.</summary>
    [Activity]
    Task<StagedData> LoadBronzeAsync(LoadRequest request);

    /// <summary>
    /// Runs a SQL model over pinned versions and audits its rows against the contract: what may be published, what is kept aside and why. Safe to repeat: writes
    /// only its own attempt's staging folder.
    /// </summary>
    [Activity]
    Task<StagedData> TransformAsync(TransformRequest request);

    /// <summary>Makes audited rows visible in one commit. Safe to repeat: the commit carries the epoch, a second one is recognised.</summary>
    [Activity]
    Task<PublishResult> PublishAsync(PublishRequest request);

    /// <summary>Writes what waits for a decision, or what was decided, where everybody can see it. Safe to repeat: upsert by run and hold.</summary>
    [Activity]
    Task RecordHoldAsync(Hold hold);

    /// <summary>Writes the ledger entry and removes the run's staging folder. Safe to repeat: upsert by run id.</summary>
    [Activity]
    Task RecordRunAsync(LedgerEntry entry);
}
