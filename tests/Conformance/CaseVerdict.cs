namespace Orchestrator.Conformance;

/// <summary>How a recorded case ended.</summary>
public enum CaseVerdict
{
    /// <summary>As recorded.</summary>
    Passed,

    /// <summary>Different from the recording for a reason that the recording itself states.</summary>
    Explained,

    /// <summary>Different.</summary>
    Failed,
}
