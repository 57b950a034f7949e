namespace Orchestrator.Pipelines.Policies;

/// <summary>What happens to a partition when one of its checks is broken.</summary>
public enum QualityAction
{
    /// <summary>It is published; the result stands in the quality series.</summary>
    Publish,

    /// <summary>It is published and an alert is sent.</summary>
    Warn,

    /// <summary>It stays staged until somebody decides.</summary>
    Hold,

    /// <summary>The run fails and publishes nothing.</summary>
    Fail,
}
