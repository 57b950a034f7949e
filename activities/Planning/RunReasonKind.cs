namespace Orchestrator.Activities.Planning;

/// <summary>Why a partition needs a run.</summary>
public enum RunReasonKind
{
    /// <summary>It never ran.</summary>
    Missing,

    /// <summary>Its last run failed.</summary>
    Failed,

    /// <summary>A source file came, went or has other bytes.</summary>
    InputsChanged,

    /// <summary>A model, a dataset's settings or the engine is another.</summary>
    CodeChanged,

    /// <summary>A contract asks for something else.</summary>
    ContractChanged,

    /// <summary>A table of another pipeline has changed in the partitions that were read.</summary>
    UpstreamNewer,

    /// <summary>The caller wants it.</summary>
    Forced,
}
