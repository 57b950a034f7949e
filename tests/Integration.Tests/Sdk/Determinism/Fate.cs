namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>What becomes of a worker that takes a workflow task.</summary>
internal enum Fate
{
    /// <summary>It lives on.</summary>
    Lives,

    /// <summary>It is gone when the task arrives.</summary>
    LosesTask,

    /// <summary>It is gone before its completion is sent.</summary>
    LosesCompletion,

    /// <summary>Its completion arrives, the answer does not.</summary>
    LosesAnswer,
}
