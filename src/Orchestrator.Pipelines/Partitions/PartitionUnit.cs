namespace Orchestrator.Pipelines.Partitions;

/// <summary>What one partition of a pipeline covers.</summary>
public enum PartitionUnit
{
    /// <summary>One elapsed hour, always counted in UTC: local hours repeat or vanish on clock-change nights. Key <c>2020-03-15T07</c>.</summary>
    Hour,

    /// <summary>One calendar day in the pipeline's time zone (23 or 25 hours on clock-change days). Key <c>2020-03-15</c>.</summary>
    Day,

    /// <summary>One ISO week, Monday to Sunday, in the pipeline's time zone. Key <c>2020-W12</c>, its year that of its Thursday.</summary>
    Week,

    /// <summary>One calendar month in the pipeline's time zone. Key <c>2020-03</c>.</summary>
    Month,

    /// <summary>One of the values that the pipeline lists; no time of its own. The key is the value.</summary>
    List,

    /// <summary>Everything is one partition, made anew as a whole. Key <c>all</c>.</summary>
    Static,

    /// <summary>What a source's file name says; the partitions are those for which there are files. No time of its own, no neighbours.</summary>
    File,
}
