namespace Orchestrator.Pipelines.Policies;

/// <summary>The retry policy of every step.</summary>
public sealed record RetryPolicies
{
    /// <summary>What holds for steps without a policy of their own.</summary>
    public RetryPolicy Default { get; init; } = new();

    /// <summary>Policies of single steps. What such a policy leaves out comes from <see cref="Default"/>.</summary>
    public IReadOnlyDictionary<RunStep, RetryPolicy> Steps { get; init; } = new Dictionary<RunStep, RetryPolicy>();

    /// <summary>The policy that holds for a step.</summary>
    public RetryPolicy For(RunStep step) => Steps.GetValueOrDefault(step, Default);
}
