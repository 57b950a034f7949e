namespace Orchestrator.Pipelines.Scheduling;

/// <summary>What a schedule does on a day that the pipeline's calendar leaves out.</summary>
public enum HolidayRule
{
    /// <summary>It does not fire.</summary>
    Skip,

    /// <summary>It fires all the same.</summary>
    Run,

    /// <summary>It fires at the same time of the next day that counts.</summary>
    NextBusinessDay,
}
