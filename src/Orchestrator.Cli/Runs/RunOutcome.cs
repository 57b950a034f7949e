using Orchestrator.Activities.Contracts;

namespace Orchestrator.Cli.Runs;

/// <summary>How the run of one partition ended, as its client saw it.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="WorkflowId">Its workflow.</param>
/// <param name="RunId">The workflow's run; empty when none was started, as it would have been refused.</param>
/// <param name="Result">Its result; null when it failed.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
/// <param name="Elapsed">From start to result.</param>
internal sealed record RunOutcome(string Partition, string WorkflowId, string RunId, RunResult? Result, string? Failure, TimeSpan Elapsed)
{
    /// <summary>Whether the run waits for a decision; it goes on by itself then.</summary>
    public bool IsHeld { get; init; }

    public bool IsGood => Result is { Status: not RunStatus.Failed };
}
