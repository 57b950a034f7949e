namespace Orchestrator.Pipelines.Policies;

/// <summary>What readers of a partition do while it is held.</summary>
public enum HeldInput
{
    /// <summary>They wait for the decision.</summary>
    Wait,

    /// <summary>They read the version that was published last.</summary>
    LastGood,
}
