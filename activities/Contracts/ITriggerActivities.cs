using Temporalio.Activities;

namespace Orchestrator.Activities.Contracts;

/// <summary>Every side effect of <c>PipelineTick</c> and <c>Trigger</c>. Each may run more than once for one call; each says why that is safe.</summary>
public interface ITriggerActivities
{
    /// <summary>Tells what is due at a time by the rules of the schedule, and writes down why partitions are left out. Safe to repeat: replaces its own objects.</summary>
    [Activity]
    Task<TickDecision> DecideTickAsync(TickQuestion question);

    /// <summary>Hands what is due to the pipeline's <c>Trigger</c>, which is started when there is none. Safe to repeat: the update has the tick's own id.</summary>
    [Activity]
    Task<IReadOnlyList<TriggeredRun>> HandOverAsync(DueRuns due);

    /// <summary>Looks for partitions whose inputs have come or changed. Safe to repeat: writes only what it remembers, anew.</summary>
    [Activity]
    Task<TriggerFindings> LookAsync(TriggerLook look);

    /// <summary>Remembers for which inputs partitions were started. Safe to repeat: upsert by partition.</summary>
    [Activity]
    Task RecordStartsAsync(TriggerStarts starts);

    /// <summary>Writes down why partitions were not run. Safe to repeat: upsert by partition.</summary>
    [Activity]
    Task RecordWhyNotAsync(WhyNot why);

    /// <summary>Tells which partitions are running. Safe to repeat: reads only.</summary>
    [Activity]
    Task<IReadOnlyList<string>> StillOpenAsync(TriggerLook look);

    /// <summary>Cancels or terminates a run. Safe to repeat: one that has ended stays as it is.</summary>
    [Activity]
    Task StopRunAsync(StopRun stop);
}
