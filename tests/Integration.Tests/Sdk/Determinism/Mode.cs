namespace Orchestrator.Integration.Tests.Sdk.Determinism;

/// <summary>How workers treat a family of workflows.</summary>
public enum Mode
{
    /// <summary>One worker each, which keeps its run in memory.</summary>
    Cached,

    /// <summary>No run is kept: every task replays all of history.</summary>
    Uncached,

    /// <summary>Runs leave the cache between tasks.</summary>
    Evicted,

    /// <summary>Workers stop between tasks and others go on.</summary>
    Replaced,

    /// <summary>Workers vanish between tasks, in the middle of one, or before they hear of what they handed in.</summary>
    Killed,
}
